import 'reflect-metadata'
import type { AddressInfo } from 'node:net'
import type { Server } from 'node:http'
import { Controller, Get, Inject, Injectable, Module } from '@nestjs/common'
import { NestFactory, type AbstractHttpAdapter } from '@nestjs/core'
import { announce, answered } from '../announce.js'

class Items {
  get(): { id: number } {
    answered()
    return { id: 1 }
  }
}
Injectable()(Items)

class ItemsController {
  readonly #items: Items
  constructor(items: Items) {
    this.#items = items
  }
  get(): { id: number } {
    return this.#items.get()
  }
}
Inject(Items)(ItemsController, undefined, 0)
Controller('items/v1')(ItemsController)
Get('items')(ItemsController.prototype, 'get', Object.getOwnPropertyDescriptor(ItemsController.prototype, 'get') ?? {})

class AppModule {}
Module({ controllers: [ItemsController], providers: [Items] })(AppModule)

/** NestJS as its own scaffold starts it, its log included. */
export async function serveNest(adapter: AbstractHttpAdapter): Promise<void> {
  const app = await NestFactory.create(AppModule, adapter)
  await app.listen(0, '127.0.0.1')
  const server = app.getHttpServer() as Server
  announce((server.address() as AddressInfo).port)
}
