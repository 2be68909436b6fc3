import { defineModule, type Capability, type Migration, type ModuleClass, type ModuleOptions } from '@modkit/core'

/** What a recording module does when a hook is called; the call itself is recorded in any case. */
export type Reactions = Readonly<Record<string, (...args: never[]) => unknown>>

const HOOKS = {
  db: ['migrations'],
  rest: ['registerRest'],
  rest_host: ['restPrepare', 'restFinalize', 'drain'],
  grpc: ['grpcServices'],
  grpc_hub: ['drain'],
  stateful: ['start', 'stop'],
  system: ['preInit', 'postInit'],
} as const satisfies Record<Capability, readonly string[]>

/** Answers of hooks that must return something. */
const DEFAULTS: Reactions = { migrations: (): Migration[] => [], grpcServices: () => [] }

/** Writes down which hook of which module ran, in order. */
export class Recorder {
  readonly events: string[] = []

  /** A module that records every hook of its capabilities as `name hook` and reacts as told. */
  module(
    name: string,
    options: Omit<ModuleOptions, 'name' | 'lifecycle'> = {},
    reactions: Reactions = {},
  ): ModuleClass {
    const { events } = this
    class Recording {}
    const hooks = [
      'init',
      ...(options.capabilities ?? []).flatMap((capability): readonly string[] => HOOKS[capability]),
    ]
    for (const hook of hooks) {
      Object.defineProperty(Recording.prototype, hook, {
        configurable: true,
        value(this: object, ...args: never[]): unknown {
          events.push(`${name} ${hook}`)
          return (reactions[hook] ?? DEFAULTS[hook])?.apply(this, args)
        },
      })
    }
    for (const hook of ['restApi', 'boundEndpoint', 'health']) {
      const value = reactions[hook] ?? (hook === 'health' ? undefined : (): unknown => undefined)
      Object.defineProperty(Recording.prototype, hook, { value })
    }
    // The hooks are there, but made in a loop, where the compiler cannot see them.
    return defineModule({ ...options, name } as never, Recording as never)
  }

  /** The events that end with one of these hooks. */
  of(...hooks: readonly string[]): readonly string[] {
    return this.events.filter((event) => hooks.some((hook) => event.endsWith(` ${hook}`)))
  }
}
