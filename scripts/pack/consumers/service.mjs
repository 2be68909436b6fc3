// A service in JavaScript: no decorator, and nothing that compiles.
import { createHost, defineModule } from '@modkit/core'
import { ApiGateway } from '@modkit/gateway'
import { z } from 'zod'

const Hello = defineModule(
  { name: 'hello', capabilities: ['rest'] },
  class Hello {
    registerRest(_ctx, rest) {
      rest
        .get('/hello')
        .operationId('hello')
        .public()
        .response(200, z.object({ from: z.string() }))
        .handle(() => ({ from: 'JavaScript' }))
    }
  },
)

const config = {
  logging: { default: { console_level: 'off' } },
  modules: { 'api-gateway': { config: { bind_addr: '127.0.0.1:0' } } },
}
const host = createHost({ modules: [ApiGateway, Hello], config })
await host.start()
const response = await fetch(new URL('/hello', host.module(ApiGateway).address))
console.log(JSON.stringify(await response.json()))
await host.stop()
