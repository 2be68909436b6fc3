import { createHost, Module, type ModuleCtx, type RestApi, type RestModule } from '@modkit/core'
import { ApiGateway } from '@modkit/gateway'
import { z } from 'zod'

@Module({ name: 'hello', capabilities: ['rest'] })
class Hello implements RestModule {
  registerRest(_ctx: ModuleCtx, rest: RestApi): void {
    rest
      .get('/hello/v1/{name}')
      .operationId('hello.greet')
      .public()
      .params(z.object({ name: z.string().max(40) }))
      .response(200, z.object({ greeting: z.string() }))
      .handle(({ params }) => ({ greeting: `Hello, ${params.name}!` }))
  }
}

await createHost({ modules: [ApiGateway, Hello] }).run()
