import { expectTypeOf } from 'expect-type'
import type { StatefulModule } from '../capabilities/stateful-module.js'
import { clientKey } from './client-key.js'
import { inject } from '../container/inject.js'
import { ModuleCtx } from '../context/module-ctx.js'
import { defineModule, Module } from './module-decorator.js'
import type { HookMustBeSynchronous, WithSynchronousHooks } from './module-options.js'
import { provide } from './provide.js'
import { injectionToken } from './provider.js'

// A class that implements what it declares is accepted.

@Module({ name: 'plain' })
class Plain {}

@Module({ name: 'full', deps: ['plain', 'other?', Plain], capabilities: ['stateful', 'db', 'system'], optional: true })
class Full implements StatefulModule {
  async start(signal: AbortSignal): Promise<void> {
    await Promise.resolve(signal)
  }
  async stop(): Promise<void> {}
  migrations(): [] {
    return []
  }
  init(ctx: ModuleCtx): void {
    expectTypeOf(ctx.moduleName).toEqualTypeOf<string>()
  }
}

@Module({
  name: 'task',
  capabilities: ['stateful'],
  lifecycle: { entry: 'work', stopTimeout: '10s', awaitReady: true },
})
class Task {
  async work(signal: AbortSignal, ready: () => void): Promise<void> {
    ready()
    await Promise.resolve(signal)
  }
}

@Module({ name: 'serving', capabilities: ['stateful'], lifecycle: {} })
class Serving {
  async serve(): Promise<void> {}
}

expectTypeOf(defineModule({ name: 'returned', capabilities: ['stateful'] }, Full)).toEqualTypeOf<typeof Full>()

// What is declared and not implemented is refused.

// @ts-expect-error "stateful" needs start and stop
@Module({ name: 'x', capabilities: ['stateful'] })
class WithoutStart {}

// @ts-expect-error the entry that the lifecycle names has to be there
@Module({ name: 'x', capabilities: ['stateful'], lifecycle: { entry: 'work' } })
class WithoutEntry {
  async serve(): Promise<void> {}
}

// @ts-expect-error "db" needs migrations
@Module({ name: 'x', capabilities: ['db'] })
class WithoutMigrations {}

// @ts-expect-error migrations is synchronous
@Module({ name: 'x', capabilities: ['db'] })
class AsyncMigrations {
  async migrations(): Promise<[]> {
    return Promise.resolve([])
  }
}

// @ts-expect-error registerRest is synchronous, although a method without a result could return a promise
@Module({ name: 'x', capabilities: ['rest', 'stateful'] })
class AsyncRest {
  async registerRest(): Promise<void> {}
  start(): void {}
  stop(): void {}
}

// @ts-expect-error preInit is synchronous; a promise among its results is one too many
@Module({ name: 'x', capabilities: ['system'] })
class AsyncPreInit {
  preInit(): void | Promise<void> {}
}

@Module({ name: 'x', capabilities: ['rest', 'system'] })
class ReturningHooks {
  registerRest(): number {
    return 1
  }
  preInit(): object {
    return this
  }
  async restFinalize(): Promise<void> {}
}

expectTypeOf<WithSynchronousHooks<typeof AsyncRest, 'rest'>>().toEqualTypeOf<HookMustBeSynchronous<'registerRest'>>()
expectTypeOf<WithSynchronousHooks<typeof ReturningHooks, 'rest' | 'system'>>().toBeUnknown()
// @ts-expect-error the same of defineModule
defineModule({ name: 'x', capabilities: ['rest', 'stateful'] }, AsyncRest)

// @ts-expect-error a hook has its signature, declared or not
@Module({ name: 'x' })
class WrongInit {
  init(_ctx: string): void {}
}

// @ts-expect-error there is no such capability
Module({ name: 'x', capabilities: ['statefull'] })

// @ts-expect-error a lifecycle goes with "stateful" alone
Module({ name: 'x', capabilities: ['db'], lifecycle: {} })

// @ts-expect-error a lifecycle has no such option
Module({ name: 'x', capabilities: ['stateful'], lifecycle: { stopTimeOut: '1s' } })

// @ts-expect-error a module has a name
Module({})

// Tokens and keys carry types.

abstract class Mailer {
  abstract send(to: string): void
}
const zone = injectionToken<'utc' | 'local'>('zone')

class Consumer {
  readonly mailer = inject(Mailer)
  readonly zone = inject(zone)
  readonly ctx = inject(ModuleCtx)
  readonly plain = inject('plain')
}
expectTypeOf<Consumer['mailer']>().toEqualTypeOf<Mailer>()
expectTypeOf<Consumer['zone']>().toEqualTypeOf<'utc' | 'local'>()
expectTypeOf<Consumer['ctx']>().toEqualTypeOf<ModuleCtx>()
expectTypeOf<Consumer['plain']>().toEqualTypeOf<unknown>()

// A provider that is made with provide() fits its token.

class Smtp {
  readonly port = 25
  send(to: string): void {
    this.port.toFixed(to.length)
  }
}
provide(Mailer, { useClass: Smtp })
provide(injectionToken<Users>('users'), { useValue: { find: (id) => id } })
provide(zone, { useFactory: (get) => (get(Smtp) instanceof Mailer ? 'utc' : 'local') })
provide(Mailer, { useExisting: Smtp })
provide('anything', { useValue: 1 })
// @ts-expect-error the class does not have what its token promises
provide(Smtp, { useClass: Plain })
// @ts-expect-error the value does not
provide(Mailer, { useValue: 'nope' })
// @ts-expect-error the result of the factory does not
provide(zone, { useFactory: () => 'mars' })
// @ts-expect-error the other token does not
provide(zone, { useExisting: Smtp })
// @ts-expect-error how it comes to be is missing
provide(zone, {})

interface Users {
  find(id: string): string
}
declare const ctx: ModuleCtx
const users = clientKey<Users>('users')
expectTypeOf(ctx.clients.get(users)).toEqualTypeOf<Users>()
expectTypeOf(ctx.clients.tryGet(users)).toEqualTypeOf<Users | undefined>()
// @ts-expect-error the client has to be what its key says
ctx.clients.register(users, { find: (id: number) => id })

export const declared = [
  Full,
  Task,
  Serving,
  WithoutStart,
  WithoutEntry,
  WithoutMigrations,
  AsyncMigrations,
  AsyncRest,
  AsyncPreInit,
  ReturningHooks,
  WrongInit,
]
