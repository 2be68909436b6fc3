import { describe, expect, test } from '@jest/globals'
import { ApiGateway } from '@modkit/gateway'
import { createTestHost, type TestHost } from '@modkit/testing'
import supertest from 'supertest'
import { ReportsModule } from '../src/reports/reports.module.js'
import { OrderBook } from '../src/shop/order-book.js'
import { createShop } from '../src/shop/shop-app.js'
import { ShopModule } from '../src/shop/shop.module.js'

const startShop = (): Promise<TestHost> => createTestHost({ modules: [ApiGateway, ReportsModule, ShopModule] }).start()

describe('the Express application', () => {
  // #region alone
  test('is tested as it always was', async () => {
    const shop = supertest(createShop(new OrderBook()))
    await shop.post('/orders').send({ item: 'map', amount: 2 }).expect(201)
    await shop.get('/orders/1').expect(200, { id: 1, item: 'map', amount: 2 })
    await shop.get('/orders/2').expect(404, 'no such order')
  })
  // #endregion

  // #region mounted
  test('answers below its path as it does alone, and beside the operations of other modules', async () => {
    await using host = await startShop()
    const ordered = await host.request.post('/shop/orders', { item: 'map', amount: 2 })
    expect(ordered.status).toBe(201)
    expect(ordered.headers.get('location')).toBe('/shop/orders/1')
    await host.request.post('/shop/orders', { item: 'map', amount: 3 })

    const report = await host.request('/reports/v1/orders')
    await expect(report.json()).resolves.toEqual({ orders: 2, items: { map: 5 } })
  })
  // #endregion

  test('keeps its own way with errors, and gets no request that is not its own', async () => {
    await using host = await startShop()
    const refused = await host.request.post('/shop/orders', { item: 'map' })
    expect([refused.status, await refused.text()]).toEqual([400, 'item and amount are needed'])
    const lost = await host.request('/shop/orders/7')
    expect([lost.status, await lost.text()]).toEqual([404, 'no such order'])
    expect((await host.request('/orders')).status).toBe(404)
  })

  test('is not in the OpenAPI document, whose operations are', async () => {
    await using host = await startShop()
    const { paths } = (await (await host.request('/openapi.json')).json()) as { paths: object }
    expect(Object.keys(paths)).toContain('/reports/v1/orders')
    expect(Object.keys(paths).filter((path) => path.startsWith('/shop'))).toEqual([])
  })
})
