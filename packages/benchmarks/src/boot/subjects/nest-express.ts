import { bootNest } from './nest.js'

void bootNest(async () => {
  const { ExpressAdapter } = await import('@nestjs/platform-express')
  return new ExpressAdapter()
})
