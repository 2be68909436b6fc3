import 'reflect-metadata'
import { Controller, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { GrpcMethod, Transport, type MicroserviceOptions } from '@nestjs/microservices'
import { from, type Observable } from 'rxjs'
import type { Account } from '../accounts.grpc.js'
import { accountOf, ACCOUNTS_PACKAGE, firstAccounts } from '../accounts.js'
import { tellServer } from './tell-server.js'
import { freePort } from './free-port.js'
import { loaderOptions, plainAddress, protoPath } from './plain-service.js'

class AccountsController {
  find({ id }: { id: string }): Account {
    return accountOf(id)
  }

  list({ count }: { count: number }): Observable<Account> {
    return from(firstAccounts(count))
  }
}

/** Decorators are called by hand: this package compiles to standard JavaScript, and NestJS's are of the older kind. */
function method(name: 'find' | 'list', protoName: string): void {
  const { prototype } = AccountsController
  GrpcMethod('Accounts', protoName)(prototype, name, Object.getOwnPropertyDescriptor(prototype, name) ?? {})
}

class AccountsModule {}

method('find', 'Find')
method('list', 'List')
Controller()(AccountsController)
Module({ controllers: [AccountsController] })(AccountsModule)

async function serve(): Promise<void> {
  const wanted = plainAddress(process.argv[2] ?? '')
  // It does not say which port it was given.
  const url = wanted.startsWith('unix:') ? wanted : `127.0.0.1:${String(await freePort())}`
  // Its type of options is a class of fields only, which nobody makes an instance of.
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(AccountsModule, {
    transport: Transport.GRPC,
    options: { package: ACCOUNTS_PACKAGE, protoPath, url, loader: loaderOptions },
    logger: false,
  })
  await app.listen()
  tellServer(url)
}

void serve()
