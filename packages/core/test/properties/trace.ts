import type { HostState } from '@modkit/core'
import type { Hook } from './host-plan.js'

/** What happened to a hook. `told`: the signal that it was given aborted. `ready`: a background task said so. */
export type HookEvent = 'called' | 'ready' | 'told' | 'done' | 'failed'
/** What happened to the host as a whole; `asked` comes at the call of `stop()`, whoever calls it. */
export type HostEvent = 'start' | 'asked to stop' | 'root signal aborts' | 'start settled' | 'stop settled'

export interface TraceEvent {
  readonly index: number
  /** Of the fake clock, in milliseconds. */
  readonly at: number
  /** The name of a module, or `host`. */
  readonly module: string
  readonly hook: Hook | undefined
  readonly what: HookEvent | HostEvent
  readonly state: HostState
  /** What else a rule has to know: which provider, that a signal was aborted already, what failed. */
  readonly note?: string
}

export interface TraceSurroundings {
  now(): number
  state(): HostState
  /** Called after every event, within the call of the hook. */
  onEvent(event: TraceEvent): void
}

/** Everything that happened in one life of a host, in order. */
export class Trace {
  readonly events: TraceEvent[] = []
  readonly #surroundings: TraceSurroundings

  constructor(surroundings: TraceSurroundings) {
    this.#surroundings = surroundings
  }

  add(event: Pick<TraceEvent, 'module' | 'hook' | 'what' | 'note'>): TraceEvent {
    const { now, state, onEvent } = this.#surroundings
    const added = { ...event, index: this.events.length, at: now(), state: state() }
    this.events.push(added)
    onEvent(added)
    return added
  }

  host(what: HostEvent, note?: string): void {
    this.add({ module: 'host', hook: undefined, what, ...(note !== undefined && { note }) })
  }
}

/** One line: its number, the time, and what happened. */
export function eventLine({ index, at, module, hook, what, note }: TraceEvent): string {
  const subject = hook === undefined ? module : `${module}.${hook}`
  return `${String(index).padStart(4)} ${String(at).padStart(6)} ms  ${subject} ${what}${note === undefined ? '' : `: ${note}`}`
}
