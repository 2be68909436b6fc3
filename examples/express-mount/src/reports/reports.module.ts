import { inject, Module, ModuleCtx, type RestApi, type RestModule } from '@modkit/core'
import { z } from 'zod'
import { shopClient } from '../shop/shop-client.js'

const Report = z.object({ orders: z.int(), items: z.record(z.string(), z.number()) })

/** What was written after the host came: operations with schemas, over what the old application knows. */
@Module({ name: 'reports', deps: ['shop'], capabilities: ['rest'] })
export class ReportsModule implements RestModule {
  readonly #ctx = inject(ModuleCtx)

  registerRest(_ctx: ModuleCtx, rest: RestApi): void {
    rest
      .get('/reports/v1/orders')
      .operationId('reports.orders')
      .public()
      .response(200, Report)
      .handle(() => this.#report())
  }

  async #report(): Promise<z.infer<typeof Report>> {
    const orders = await this.#ctx.clients.get(shopClient).orders()
    const items: Record<string, number> = {}
    for (const { item, amount } of orders) items[item] = (items[item] ?? 0) + amount
    return { orders: orders.length, items }
  }
}
