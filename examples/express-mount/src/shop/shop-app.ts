import express, { type ErrorRequestHandler, type Express } from 'express'
import type { OrderBook } from './order-book.js'

/** The application as it was before there was a host: it knows nothing of modules, and has its own way with errors. */
// #region app
export function createShop(orders: OrderBook): Express {
  const app = express()
  app.use(express.json())
  app.get('/orders', (_request, response) => void response.json(orders.all))
  app.get('/orders/:id', (request, response) => {
    const order = orders.get(Number(request.params.id))
    if (!order) return void response.status(404).send('no such order')
    response.json(order)
  })
  app.post('/orders', (request, response) => {
    const { item, amount } = request.body as { item?: unknown; amount?: unknown }
    if (typeof item !== 'string' || typeof amount !== 'number') throw new TypeError('item and amount are needed')
    const order = orders.add({ item, amount })
    response
      .status(201)
      .location(`${request.baseUrl}/orders/${String(order.id)}`)
      .json(order)
  })
  app.use(answerError)
  return app
}
// #endregion

// Express knows a handler of errors by its four parameters.
// eslint-disable-next-line @typescript-eslint/max-params
const answerError: ErrorRequestHandler = (error: Error, _request, response, _next) => {
  response.status(400).send(error.message)
}
