// A service in CommonJS: every package by require().
const { createHost, defineModule } = require('@modkit/core')
const { ApiGateway } = require('@modkit/gateway')
const { z } = require('zod')

const Hello = defineModule(
  { name: 'hello', capabilities: ['rest'] },
  class Hello {
    registerRest(_ctx, rest) {
      rest
        .get('/hello')
        .operationId('hello')
        .public()
        .response(200, z.object({ from: z.string() }))
        .handle(() => ({ from: 'CommonJS' }))
    }
  },
)

async function main() {
  const config = {
    logging: { default: { console_level: 'off' } },
    modules: { 'api-gateway': { config: { bind_addr: '127.0.0.1:0' } } },
  }
  const host = createHost({ modules: [ApiGateway, Hello], config })
  await host.start()
  const response = await fetch(new URL('/hello', host.module(ApiGateway).address))
  console.log(JSON.stringify(await response.json()))
  await host.stop()
}

void main()
