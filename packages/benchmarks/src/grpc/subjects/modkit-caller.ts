import { createHost } from '@modkit/core'
import { silentLogger } from '@modkit/core/spi'
import { GrpcHub } from '@modkit/grpc'
import { accountsGrpc } from '../accounts.grpc.js'
import { accountsClient } from '../accounts.js'
import { serveQuestions } from './serve-questions.js'

async function call(): Promise<void> {
  const client = { endpoints: { [accountsGrpc.service]: process.argv[2] } }
  const config = { modules: { 'grpc-hub': { config: { listen_addr: '127.0.0.1:0', client } } } }
  const host = await createHost({ modules: [GrpcHub], config, logger: silentLogger }).start()
  const { clients } = host
  await serveQuestions({
    find: (id) => clients.get(accountsClient).find({ id }),
    async list(count) {
      let read = 0
      for await (const { id } of clients.get(accountsClient).list({ count })) read += id === '' ? 0 : 1
      return read
    },
  })
}

void call()
