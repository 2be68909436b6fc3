import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Module, ValidationPipe } from '@nestjs/common'
import { NestFactory, type AbstractHttpAdapter } from '@nestjs/core'
import { listening } from '../listening.js'
import { UsersController } from './nest-users.js'

class AppModule {}
Module({ controllers: [UsersController] })(AppModule)

/** NestJS with its own validation, on one of its adapters. */
export function serveNest(adapter: AbstractHttpAdapter): Promise<void> {
  return listening(async () => {
    // Its documentation passes an object, although the type is a class.
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment
    const app = await NestFactory.create(AppModule, adapter, { logger: false })
    app.useGlobalPipes(new ValidationPipe({ transform: true, whitelist: true }))
    await app.listen(0, '127.0.0.1')
    const server = app.getHttpServer() as Server
    // Bound to host and port, the server's address is an object.
    return (server.address() as AddressInfo).port
  })
}
