import { bootNest } from './nest.js'

void bootNest(async () => {
  const { FastifyAdapter } = await import('@nestjs/platform-fastify')
  return new FastifyAdapter()
})
