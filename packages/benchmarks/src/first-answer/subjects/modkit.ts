import { createHost, defineModule, inject, type ModuleCtx, type RestApi } from '@modkit/core'
import { ApiGateway, jsonSchema } from '@modkit/gateway'
import { announce, answered } from '../announce.js'

class Items {
  get(): { id: number } {
    answered()
    return { id: 1 }
  }
}

const Item = jsonSchema<{ id: number }>({ type: 'object', properties: { id: { type: 'integer' } }, required: ['id'] })

class ItemsModule {
  readonly #items = inject(Items)

  registerRest(_ctx: ModuleCtx, rest: RestApi): void {
    rest
      .get('/items/v1/items')
      .public()
      .response(200, Item)
      .handle(() => this.#items.get())
  }
}
defineModule({ name: 'items', capabilities: ['rest'], providers: [Items] }, ItemsModule)

async function main(): Promise<void> {
  const config = { modules: { 'api-gateway': { config: { bind_addr: '127.0.0.1:0' } } } }
  const host = await createHost({ modules: [ApiGateway, ItemsModule], config }).start()
  announce(Number(new URL(host.module(ApiGateway).address ?? '').port))
}

void main()
