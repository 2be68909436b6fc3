import 'reflect-metadata'
import { Metadata, type CallOptions } from '@grpc/grpc-js'
import { ClientProxyFactory, Transport, type ClientGrpc } from '@nestjs/microservices'
import { count as counted, firstValueFrom, type Observable } from 'rxjs'
import type { Account } from '../accounts.grpc.js'
import { ACCOUNTS_PACKAGE } from '../accounts.js'
import { loaderOptions, protoPath } from './plain-service.js'
import { serveQuestions } from './serve-questions.js'

interface NestAccounts {
  find(request: { id: string }, metadata: Metadata, options: CallOptions): Observable<Account>
  list(request: { count: number }, metadata: Metadata, options: CallOptions): Observable<Account>
}

// The factory's type knows nothing of what it makes for gRPC.
const client = ClientProxyFactory.create({
  transport: Transport.GRPC,
  options: { package: ACCOUNTS_PACKAGE, protoPath, url: process.argv[2] ?? '', loader: loaderOptions },
}) as unknown as ClientGrpc
const accounts = client.getService<NestAccounts>('Accounts')

/** All subjects ask for the same: an answer within 10 s. */
const options = (): CallOptions => ({ deadline: Date.now() + 10_000 })

void serveQuestions({
  find: (id) => firstValueFrom(accounts.find({ id }, new Metadata(), options())),
  list: (count) =>
    firstValueFrom(accounts.list({ count }, new Metadata(), options()).pipe(counted(({ id }) => id !== ''))),
})
