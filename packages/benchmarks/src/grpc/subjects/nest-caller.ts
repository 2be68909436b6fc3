import 'reflect-metadata'
import { ClientProxyFactory, Transport, type ClientGrpc } from '@nestjs/microservices'
import { count as counted, firstValueFrom, type Observable } from 'rxjs'
import type { Account } from '../accounts.grpc.js'
import { ACCOUNTS_PACKAGE } from '../accounts.js'
import { loaderOptions, protoPath } from './plain-service.js'
import { serveQuestions } from './serve-questions.js'

interface NestAccounts {
  find(request: { id: string }): Observable<Account>
  list(request: { count: number }): Observable<Account>
}

// The factory's type knows nothing of what it makes for gRPC.
const client = ClientProxyFactory.create({
  transport: Transport.GRPC,
  options: { package: ACCOUNTS_PACKAGE, protoPath, url: process.argv[2] ?? '', loader: loaderOptions },
}) as unknown as ClientGrpc
const accounts = client.getService<NestAccounts>('Accounts')

void serveQuestions({
  find: (id) => firstValueFrom(accounts.find({ id })),
  list: (count) => firstValueFrom(accounts.list({ count }).pipe(counted(({ id }) => id !== ''))),
})
