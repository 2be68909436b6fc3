import fastify from 'fastify'
import { announce, answered } from '../announce.js'

async function main(): Promise<void> {
  const app = fastify({ logger: false })
  const schema = { response: { 200: { type: 'object', properties: { id: { type: 'integer' } }, required: ['id'] } } }
  app.get('/items/v1/items', { schema }, () => {
    answered()
    return { id: 1 }
  })
  const address = await app.listen({ host: '127.0.0.1', port: 0 })
  announce(Number(new URL(address).port))
}

void main()
