import { defineModule, type ModuleClass, type ModuleOptions } from '@modkit/core'

/** What a recording module does beyond recording, when a hook is called. */
export interface RecordingHooks {
  /** Called in phase 3, after it was recorded. */
  init?(): void | Promise<void>
  /** Called in phase 7, after it was recorded. */
  start?(): void | Promise<void>
  /** Called when the host stops, after it was recorded. */
  stop?(): void | Promise<void>
}

/** What a test says of a module that records. */
export interface RecordingModuleOptions extends Pick<ModuleOptions, 'deps' | 'optional'> {
  readonly hooks?: RecordingHooks
}

/** Writes down what happens, in order; see {@link createRecorder}. */
export interface Recorder {
  /** What was recorded so far. */
  readonly events: readonly string[]
  /** Adds an event. */
  record(event: string): void
  /** Resolves once the event is recorded, at once if it is. Bounded by the test's own time limit. */
  event(event: string): Promise<void>
  /** A module that records `name init`, `name start` and `name stop`, and reacts as told. */
  module(name: string, options?: RecordingModuleOptions): ModuleClass
}

/**
 * Writes down what happens, for tests about order, with modules that record their own hooks.
 *
 * ```ts
 * const { events, module } = createRecorder()
 * await using host = createTestHost({ modules: [module('cache', { deps: ['db'] }), module('db')] })
 * ```
 */
export function createRecorder(): Recorder {
  const events: string[] = []
  const waiting = new Map<string, (() => void)[]>()
  const record = (event: string): void => {
    events.push(event)
    const waiters = waiting.get(event) ?? []
    waiting.delete(event)
    for (const resolve of waiters) resolve()
  }
  const event = (wanted: string): Promise<void> => {
    if (events.includes(wanted)) return Promise.resolve()
    return new Promise((resolve) => waiting.set(wanted, [...(waiting.get(wanted) ?? []), resolve]))
  }
  return { events, record, event, module: (name, options = {}) => recordingModule(name, options, record) }
}

function recordingModule(
  name: string,
  { hooks = {}, ...options }: RecordingModuleOptions,
  record: (event: string) => void,
): ModuleClass {
  class Recording {
    init(): void | Promise<void> {
      record(`${name} init`)
      return hooks.init?.()
    }
    start(): void | Promise<void> {
      record(`${name} start`)
      return hooks.start?.()
    }
    stop(): void | Promise<void> {
      record(`${name} stop`)
      return hooks.stop?.()
    }
  }
  return defineModule({ ...options, name, capabilities: ['stateful'] }, Recording)
}
