// A service in TypeScript with decorators, and a test host around it.
import { Module, type ModuleCtx, type RestApi, type RestModule } from '@modkit/core'
import { ApiGateway } from '@modkit/gateway'
import { createTestHost } from '@modkit/testing'
import { assertProblem } from '@modkit/testing/node'
import { z } from 'zod'

@Module({ name: 'hello', capabilities: ['rest'] })
export class Hello implements RestModule {
  registerRest(_ctx: ModuleCtx, rest: RestApi): void {
    rest
      .get('/hello')
      .operationId('hello')
      .public()
      .response(200, z.object({ from: z.string() }))
      .handle(() => ({ from: 'TypeScript' }))
  }
}

await using host = await createTestHost({ modules: [ApiGateway, Hello] }).start()
await assertProblem(await host.request('/nowhere'), { status: 404 })
const response = await host.request('/hello')
console.log(JSON.stringify(await response.json()))
