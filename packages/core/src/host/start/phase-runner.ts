import { messageOf, toError } from '../../errors/error-json.js'
import { HostError } from '../../errors/host-error.js'
import type { Phase, PhaseHost, Visit } from '../../phases/phase.js'
import { settleWithin, isPromiseLike, type Outcome } from '../../time/deadline.js'
import type { BootRecorder } from './boot-recorder.js'
import type { VisitOutcome } from '../reports/boot-report.js'
import { yieldToEventLoop } from '../../time/event-loop.js'

export interface PhaseRunnerOptions {
  /** For every hook. */
  readonly startDeadlineMs: number
  readonly recorder: BootRecorder
  /** Called when an optional module fails; the run goes on without it. */
  readonly onOptionalFailure: (module: string, error: HostError) => void
}

interface Settled {
  readonly settled: Outcome<unknown>
  readonly startedAt: number
}

/** After so much work without a pause the event loop gets a turn, so that a signal can be noticed. */
const TURN_MS = 20

/**
 * The one loop that runs phases: it owns order, cancellation, deadlines, timing, logging and the wrapping of errors, so that
 * a phase is nothing but who is visited and what is done there.
 */
export class PhaseRunner {
  readonly #host: PhaseHost
  readonly #options: PhaseRunnerOptions
  #lastTurn: number

  constructor(host: PhaseHost, options: PhaseRunnerOptions) {
    this.#host = host
    this.#options = options
    this.#lastTurn = host.clock.monotonic()
  }

  /**
   * Runs the phases one after another; the first failure of a module that is not optional ends it.
   *
   * @throws HostError `PHASE_FAILED` with the specific error as its cause, or `CANCELLED` when the root signal aborted
   */
  async run(phases: readonly Phase[]): Promise<void> {
    for (const phase of phases) {
      if (phase.isNeeded?.(this.#host) !== false) await this.#runPhase(phase)
    }
  }

  async #runPhase(phase: Phase): Promise<void> {
    const { clock, logger } = this.#host
    const startedAt = clock.monotonic()
    logger[phase.quiet === true ? 'debug' : 'info'](`Phase: ${phase.title}`)
    this.#options.recorder.phase(phase.name)
    let outcome: 'ok' | 'failed' = 'failed'
    try {
      this.#assertNotCancelled(phase)
      const visits = phase.visits(this.#host)[Symbol.iterator]()
      for (let visit = nextOf(phase, visits); visit !== undefined; visit = nextOf(phase, visits)) {
        if (this.#host.clock.monotonic() - this.#lastTurn > TURN_MS) await this.#giveWay()
        // A host has thousands of visits, and most of their hooks are synchronous: those wait for nothing, not even a promise.
        const visiting = this.#turnTo(phase, visit)
        if (visiting) await visiting
      }
      outcome = 'ok'
    } finally {
      this.#options.recorder.phaseEnded(clock.monotonic() - startedAt, outcome)
    }
  }

  async #giveWay(): Promise<void> {
    await yieldToEventLoop()
    this.#lastTurn = this.#host.clock.monotonic()
  }

  /** Visits a module, unless it is out. A promise where its hook has to be waited for. */
  #turnTo(phase: Phase, visit: Visit): Promise<void> | undefined {
    this.#assertNotCancelled(phase)
    if (visit.evenIfFailed !== true && this.#host.failureOf(visit.module) !== undefined) return undefined
    const startedAt = this.#host.clock.monotonic()
    const outcome = this.#call(visit)
    if (outcome instanceof Promise) return outcome.then((settled) => this.#settle(phase, visit, { settled, startedAt }))
    this.#settle(phase, visit, { settled: outcome, startedAt })
    return undefined
  }

  #settle(phase: Phase, visit: Visit, { settled, startedAt }: Settled): void {
    const durationMs = this.#host.clock.monotonic() - startedAt
    if (settled.kind === 'done') {
      this.#options.recorder.visit(visit, { durationMs, outcome: 'ok' })
      return
    }
    const error = messageOf(settled.error)
    this.#options.recorder.visit(visit, { durationMs, outcome: this.#reported(settled.kind), error })
    if (settled.kind !== 'failed') visit.onAbandoned?.()
    this.#fail(phase, visit, settled)
  }

  /** Calls the hook. Only what has to be waited for costs a timer. */
  #call(visit: Visit): Outcome<unknown> | Promise<Outcome<unknown>> {
    let result: unknown
    try {
      result = visit.run(this.#options.startDeadlineMs)
      // Looking is a call of foreign code, too: `then` may be a getter.
      if (!isPromiseLike(result)) return { kind: 'done', value: result }
    } catch (error) {
      return { kind: 'failed', error }
    }
    if (visit.sync === true) return refusePromise(visit, result)
    const { clock, signal } = this.#host
    return settleWithin(result, {
      operation: operationOf(visit),
      clock,
      signal,
      afterMs: this.#options.startDeadlineMs,
      option: 'startDeadline',
    })
  }

  /** What fails after the root signal aborted fails for that reason, mostly; what is waited for no longer is left behind. */
  #reported(kind: 'failed' | 'exceeded' | 'cancelled'): VisitOutcome {
    if (kind !== 'failed') return 'abandoned'
    return this.#host.signal.aborted ? 'cancelled' : 'failed'
  }

  #fail(phase: Phase, visit: Visit, outcome: Exclude<Outcome<unknown>, { kind: 'done' }>): void {
    if (this.#host.signal.aborted) throw cancelledDuring(phase, visit, outcome)
    const { error } = outcome
    const failure = phase.unwrapped === true ? error : phaseFailed(phase, visit, error)
    if (!this.#host.isOptional(visit.module)) throw failure
    this.#options.onOptionalFailure(visit.module, phaseFailed(phase, visit, error))
    if (outcome.kind !== 'failed') this.#withdrawLate(visit.module, outcome.late)
  }

  /** A hook that was left behind may register a client yet, over the one that says that there is none. */
  #withdrawLate(module: string, late: Promise<unknown>): void {
    const withdraw = (): void => this.#host.withdrawClients(module)
    late.then(withdraw, withdraw)
  }

  #assertNotCancelled(phase: Phase): void {
    if (!this.#host.signal.aborted) return
    this.#host.logger.warn(`${phase.label} phase cancelled by signal`)
    throw new HostError('CANCELLED', { operation: `The start of the host (phase "${phase.name}")` })
  }
}

/** Which module comes next, the host itself finds out; so when that fails, it is the host that failed. */
function nextOf(phase: Phase, visits: Iterator<Visit>): Visit | undefined {
  try {
    const next = visits.next()
    return next.done === true ? undefined : next.value
  } catch (error) {
    throw phaseFailed(phase, { module: 'host' }, error)
  }
}

/** The hook as errors name it. */
function operationOf({ hook, module }: Visit): string {
  if (hook === 'spawn') return `Spawning module "${module}"`
  return hook === 'ready' ? `The start of module "${module}" in its process` : `${hook}() of module "${module}"`
}

function phaseFailed(phase: Phase, { module, step }: Pick<Visit, 'module' | 'step'>, error: unknown): HostError {
  return new HostError(
    'PHASE_FAILED',
    { phase: phase.name, module, ...(step !== undefined && { step }) },
    { cause: toError(error) },
  )
}

/** After the root signal aborted, whatever ends a hook is part of the cancellation. */
function cancelledDuring(phase: Phase, visit: Visit, outcome: Exclude<Outcome<unknown>, { kind: 'done' }>): HostError {
  const abandoned = outcome.kind === 'failed' ? {} : { abandoned: operationOf(visit) }
  const cause = outcome.kind === 'failed' ? { cause: toError(outcome.error) } : {}
  return new HostError('CANCELLED', { operation: `The start of the host (phase "${phase.name}")`, ...abandoned }, cause)
}

function refusePromise({ module, hook }: Visit, promise: PromiseLike<unknown>): Outcome<unknown> {
  // The hook is refused as it is; a rejection on top must not end the process as an unhandled one.
  Promise.resolve(promise).catch(() => undefined)
  return { kind: 'failed', error: new HostError('HOOK_MUST_BE_SYNC', { module, hook }) }
}
