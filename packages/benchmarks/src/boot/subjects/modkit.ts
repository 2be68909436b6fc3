import type { Host, ModuleClass, ModuleCtx, RestApi } from '@modkit/core'
import { boot } from '../boot-stages.js'

type Framework = Pick<typeof import('@modkit/core'), 'createHost' | 'defineModule' | 'inject'> &
  Pick<typeof import('@modkit/core/spi'), 'silentLogger'> &
  Pick<typeof import('@modkit/gateway'), 'ApiGateway' | 'jsonSchema'>

async function load(): Promise<Framework> {
  const { createHost, defineModule, inject } = await import('@modkit/core')
  const { silentLogger } = await import('@modkit/core/spi')
  const { ApiGateway, jsonSchema } = await import('@modkit/gateway')
  return { createHost, defineModule, inject, silentLogger, ApiGateway, jsonSchema }
}

/** N modules, each with one provider and one route; each but every tenth depends on the one before it. */
function declare(framework: Framework, size: number): ModuleClass[] {
  return Array.from({ length: size }, (_, index) => declareOne(framework, index))
}

function declareOne({ defineModule, inject, jsonSchema }: Framework, index: number): ModuleClass {
  class Items {
    get(): { id: number } {
      return { id: index }
    }
  }
  const Item = jsonSchema<{ id: number }>({
    type: 'object',
    properties: { id: { type: 'integer' } },
    required: ['id'],
  })
  class Feature {
    readonly #items = inject(Items)

    registerRest(_ctx: ModuleCtx, rest: RestApi): void {
      rest
        .get(`/feature-${String(index)}/v1/items`)
        .public()
        .response(200, Item)
        .handle(() => this.#items.get())
    }
  }
  const deps = index % 10 === 0 ? [] : [`feature-${String(index - 1)}`]
  return defineModule({ name: `feature-${String(index)}`, deps, capabilities: ['rest'], providers: [Items] }, Feature)
}

async function start(
  { createHost, silentLogger, ApiGateway }: Framework,
  modules: readonly ModuleClass[],
): Promise<Host> {
  const config = { modules: { 'api-gateway': { config: { bind_addr: '127.0.0.1:0' } } } }
  return createHost({ modules: [ApiGateway, ...modules], config, logger: silentLogger }).start()
}

void boot({ load, declare, start, stop: (host) => host.stop() })
