import { inject, Module, type ModuleCtx, type RestApi, type RestModule } from '@modkit/core'
import { OrderBook } from './order-book.js'
import { createShop } from './shop-app.js'
import { shopClient } from './shop-client.js'

/** The Express application as a module: served below a path of its own, and known to other modules by a client. */
// #region module
@Module({ name: 'shop', capabilities: ['rest'], provides: [shopClient], providers: [OrderBook] })
export class ShopModule implements RestModule {
  readonly #orders = inject(OrderBook)

  init({ clients }: ModuleCtx): void {
    clients.register(shopClient, { orders: () => Promise.resolve(this.#orders.all) })
  }

  registerRest(_ctx: ModuleCtx, rest: RestApi): void {
    rest.mount('/shop', createShop(this.#orders))
  }
}
// #endregion
