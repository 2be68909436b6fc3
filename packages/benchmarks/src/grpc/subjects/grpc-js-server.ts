import {
  Server,
  ServerCredentials,
  type sendUnaryData,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceClientConstructor,
} from '@grpc/grpc-js'
import type { Account } from '../accounts.grpc.js'
import { accountOf, firstAccounts } from '../accounts.js'
import { loadPlain, plainAddress } from './plain-service.js'
import { tellServer } from './tell-server.js'

const { service } = loadPlain('bench', 'accounts', 'v1', 'Accounts') as ServiceClientConstructor
const address = plainAddress(process.argv[2] ?? '')

const server = new Server()
server.addService(service, {
  find(call: ServerUnaryCall<{ id: string }, Account>, answer: sendUnaryData<Account>) {
    answer(null, accountOf(call.request.id))
  },
  list(call: ServerWritableStream<{ count: number }, Account>) {
    for (const account of firstAccounts(call.request.count)) call.write(account)
    call.end()
  },
})
server.bindAsync(address, ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error
  tellServer(address.startsWith('unix:') ? address : `127.0.0.1:${String(port)}`)
})
