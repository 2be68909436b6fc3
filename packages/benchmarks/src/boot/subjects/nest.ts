import type { INestApplication, Type } from '@nestjs/common'
import type { AbstractHttpAdapter } from '@nestjs/core'
import { boot } from '../boot-stages.js'

export interface Framework {
  readonly common: typeof import('@nestjs/common')
  readonly core: typeof import('@nestjs/core')
  readonly adapter: AbstractHttpAdapter
}

/** NestJS with one of its adapters: the same N modules as ModKit's subject, with a provider and a controller each. */
export function bootNest(createAdapter: () => Promise<AbstractHttpAdapter>): Promise<void> {
  const load = async (): Promise<Framework> => {
    await import('reflect-metadata')
    const common = await import('@nestjs/common')
    const core = await import('@nestjs/core')
    return { common, core, adapter: await createAdapter() }
  }
  return boot({ load, declare, start, stop: (app) => app.close() })
}

function declare(framework: Framework, size: number): Type {
  const modules: Type[] = []
  for (let index = 0; index < size; index++) modules.push(declareOne(framework, modules, index))
  class AppModule {}
  framework.common.Module({ imports: modules })(AppModule)
  return AppModule
}

function declareOne({ common }: Framework, modules: readonly Type[], index: number): Type {
  class Items {
    get(): { id: number } {
      return { id: index }
    }
  }
  common.Injectable()(Items)
  class ItemsController {
    readonly #items: Items
    constructor(items: Items) {
      this.#items = items
    }
    get(): { id: number } {
      return this.#items.get()
    }
  }
  common.Inject(Items)(ItemsController, undefined, 0)
  common.Controller(`feature-${String(index)}/v1`)(ItemsController)
  const get = Object.getOwnPropertyDescriptor(ItemsController.prototype, 'get') ?? {}
  common.Get('items')(ItemsController.prototype, 'get', get)
  const previous = index % 10 === 0 ? undefined : modules[index - 1]
  class FeatureModule {}
  common.Module({ imports: previous ? [previous] : [], controllers: [ItemsController], providers: [Items] })(
    FeatureModule,
  )
  return FeatureModule
}

async function start({ core, adapter }: Framework, module: Type): Promise<INestApplication> {
  // Its documentation passes an object, although the type is a class.
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment
  const app = await core.NestFactory.create(module, adapter, { logger: false })
  return app.init()
}
