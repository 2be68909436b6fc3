import type { Host, ShutdownReport } from '@modkit/core'
import type { FakeClock } from '@modkit/core/spi'
import type { Fault, Hook } from './host-plan.js'
import { Trace, type TraceEvent } from './trace.js'

/** Which hook of which module is called; `note` where one module has several of the kind. */
export interface Cue {
  readonly module: string
  readonly hook: Hook
  readonly note?: string
  readonly fault?: Fault | undefined
  /** Aborts when the hook is to end: the root signal, or the deadline of a stop. */
  readonly signal?: AbortSignal | undefined
}

/** What planned modules act on: the clock, the trace, and the host that some of them stop. */
export class Stage {
  readonly clock: FakeClock
  readonly trace: Trace
  /** What every call of `stop()` resolved with. */
  readonly reports: Promise<ShutdownReport>[] = []
  host: Host | undefined
  #timers = 0
  #rootSignal: AbortSignal | undefined

  constructor(clock: FakeClock, onEvent: (event: TraceEvent) => void) {
    this.clock = clock
    this.trace = new Trace({
      now: () => clock.monotonic(),
      state: () => this.host?.state ?? 'idle',
      onEvent,
    })
  }

  /** The timers that the stage itself waits for, not the host. */
  get timers(): number {
    return this.#timers
  }

  get rootSignal(): AbortSignal | undefined {
    return this.#rootSignal
  }

  /** Whoever sees the root signal first shows it. */
  showRootSignal(signal: AbortSignal): void {
    if (this.#rootSignal) return
    this.#rootSignal = signal
    const note = (): void => this.trace.host('root signal aborts')
    if (signal.aborted) note()
    else signal.addEventListener('abort', note, { once: true })
  }

  wait(ms: number): Promise<void> {
    this.#timers++
    return new Promise((resolve) => {
      this.clock.after(ms, () => {
        this.#timers--
        resolve()
      })
    })
  }

  stop(who: string): Promise<ShutdownReport> {
    if (!this.host) throw new Error('There is no host yet.')
    this.trace.host('asked to stop', who)
    const report = this.host.stop(who)
    this.reports.push(report)
    return report
  }

  /** One call of one hook, which behaves as its fault says. What it returns, throws or rejects with is for the host. */
  act(cue: Cue, value: unknown): unknown {
    const { module, hook, note, fault, signal } = cue
    const { trace } = this
    const notes = [
      ...(note === undefined ? [] : [note]),
      ...(signal?.aborted === true ? ['its signal has aborted'] : []),
    ]
    const event = { module, hook, ...(notes.length > 0 && { note: notes.join(', ') }) }
    trace.add({ ...event, what: 'called' })
    const done = (): unknown => {
      trace.add({ ...event, what: 'done' })
      return value
    }
    const fail = (): never => {
      trace.add({ ...event, what: 'failed' })
      throw new Error(faultMessage(cue))
    }
    const stop = (): Promise<ShutdownReport> => this.stop(`${module}.${hook}`)
    switch (fault?.how) {
      case 'throw':
        return fail()
      case 'reject':
      case 'promise':
        return rejection(fail)
      case 'slow':
        return this.wait(fault.ms).then(done)
      case 'fail later':
        return this.wait(fault.ms).then(fail)
      case 'hang':
        return new Promise(() => undefined)
      case 'heed':
        return aborted(signal).then(done)
      case 'stop':
        void stop()
        return done()
      case 'stop and throw':
        void stop()
        return fail()
      case 'stop and wait':
        return stop().then(done)
      default:
        return done()
    }
  }
}

/** What the work throws, as a promise; the throw itself is not put off. */
function rejection(work: () => never): Promise<never> {
  return new Promise(work)
}

export function faultMessage({ module, hook }: Pick<Cue, 'module' | 'hook'>): string {
  return `planned: ${module}.${hook}`
}

/** Resolves when the signal aborts; never without one. */
export function aborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) resolve()
    else signal?.addEventListener('abort', () => resolve(), { once: true })
  })
}
