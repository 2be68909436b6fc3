import type { Logger } from '../context/logger.js'
import { toError } from '../errors/error-json.js'
import { HostError } from '../errors/host-error.js'
import type { Clock } from '../time/clock.js'
import { type BackgroundTask, type RunOutcome, TaskRun } from './task-run.js'

/**
 * Where a background task is in its life: `stopped` at the beginning and after every run, unless the task failed by
 * itself, which is final.
 */
export type LifecycleState = 'stopped' | 'starting' | 'running' | 'stopping' | 'failed'

/** How a stop ended: nothing was left to stop, the task ended when it was told to, or it did not react in time. */
export type StopReason = RunOutcome

/** The task of a runner, and how it starts and ends. */
export interface LifecycleRunnerOptions {
  /** The module whose task this is, for logs and errors. */
  readonly name: string
  readonly run: BackgroundTask
  /** How long the task may take to end once it was told to stop. */
  readonly stopTimeoutMs: number
  /** Whether the task counts as started only when it has called `ready`. */
  readonly awaitReady: boolean
  readonly clock: Clock
  readonly logger: Logger
  /** Called when a task that had started fails by itself. */
  readonly onFailure?: (error: Error) => void
}

export interface StopOptions {
  /** A limit for this stop; it can only shorten `stopTimeoutMs`. */
  readonly withinMs?: number
}

/**
 * Starts and stops the background task of a `lifecycle` module.
 *
 * Every wait ends: with the task, with its stop timeout, or with the deadline of whoever waits. A task that was left
 * behind can neither change the state nor cause an unhandled rejection.
 */
export class LifecycleRunner {
  readonly #options: LifecycleRunnerOptions
  #state: LifecycleState = 'stopped'
  #failure: Error | undefined
  #run: TaskRun | undefined
  /** While `start` waits, a failure is its rejection and is told to nobody else. */
  #startPending = false
  #onReady: () => void = () => undefined

  constructor(options: LifecycleRunnerOptions) {
    this.#options = options
  }

  get state(): LifecycleState {
    return this.#state
  }

  /** Why the task failed, while the state is `failed`. */
  get failure(): Error | undefined {
    return this.#failure
  }

  /**
   * Calls the task; with `awaitReady`, resolves once it is ready.
   *
   * `signal` can cancel the start only: a task that has started runs until {@link stop}. When it aborts earlier, the
   * task is told to stop and waited for, at most for its stop timeout.
   *
   * @throws HostError `ALREADY_STARTED` unless the state is `stopped`; `CANCELLED` when `signal` aborts, or `stop` is
   * called, before the task is ready; `TASK_ENDED_EARLY` when the task returns before that
   * @throws what the task throws before it is ready; without `awaitReady`, before its first await
   */
  async start(signal: AbortSignal): Promise<void> {
    if (this.#state !== 'stopped') throw new HostError('ALREADY_STARTED', { what: this.#what, state: this.#state })
    if (signal.aborted) throw this.#cancelled()
    await (this.#options.awaitReady ? this.#startUntilReady(signal) : this.#startAtOnce())
  }

  /**
   * Tells the task to stop and waits for it: at most its stop timeout, at most `withinMs`, and not beyond the moment
   * at which `deadline` aborts. Then the task is left behind. Never rejects; may be called at any time, any number of
   * times, and the shortest limit holds for all.
   */
  stop(deadline?: AbortSignal, options: StopOptions = {}): Promise<StopReason> {
    const run = this.#run
    if (!run) return Promise.resolve('finished')
    this.#state = 'stopping'
    run.tellToStop()
    return this.#waitForEnd(run, deadline, options)
  }

  async #startAtOnce(): Promise<void> {
    this.#begin('running')
    // A task that failed before its first await says so within one turn of the microtasks.
    await Promise.resolve()
    this.#startPending = false
    if (this.#failure) throw this.#failure
  }

  async #startUntilReady(signal: AbortSignal): Promise<void> {
    const ready = new Promise<'ready'>((resolve) => {
      this.#onReady = () => resolve('ready')
    })
    const run = this.#begin('starting')
    const cancel = (): void => {
      if (this.#startPending) void this.stop()
    }
    signal.addEventListener('abort', cancel, { once: true })
    const outcome = await Promise.race([ready, run.closed])
    signal.removeEventListener('abort', cancel)
    this.#startPending = false
    if (outcome !== 'ready') throw this.#failure ?? this.#cancelled(outcome)
  }

  #begin(state: 'starting' | 'running'): TaskRun {
    const run = new TaskRun()
    this.#run = run
    this.#state = state
    this.#startPending = true
    run.begin(this.#options.run, {
      onReady: () => this.#becomeReady(run),
      onEnd: (error) => this.#end(run, error),
    })
    return run
  }

  #becomeReady(run: TaskRun): void {
    if (this.#run !== run || this.#state !== 'starting') return
    this.#state = 'running'
    this.#startPending = false
    this.#onReady()
  }

  #end(run: TaskRun, error: Error | undefined): void {
    if (this.#run !== run) this.#logError('warn', 'failed after it had been left behind', error)
    else if (run.toldToStop) this.#endStop(run, error)
    else if (error) this.#fail(run, error)
    else if (this.#state === 'starting')
      this.#fail(run, new HostError('TASK_ENDED_EARLY', { module: this.#options.name }))
    else this.#leave(run, 'stopped', 'finished')
  }

  #endStop(run: TaskRun, error: Error | undefined): void {
    this.#leave(run, 'stopped', 'cancelled')
    // Tasks commonly end by letting the abort of their signal through.
    if (error?.name !== 'AbortError') this.#logError('error', 'failed while it was stopping', error)
  }

  #fail(run: TaskRun, error: Error): void {
    this.#failure = error
    this.#leave(run, 'failed', 'finished')
    if (this.#startPending) return
    this.#logError('error', 'failed', error)
    try {
      this.#options.onFailure?.(error)
    } catch (thrown) {
      this.#logError('error', 'failed, and so did the one who was told', toError(thrown))
    }
  }

  #waitForEnd(run: TaskRun, deadline: AbortSignal | undefined, options: StopOptions): Promise<StopReason> {
    const { stopTimeoutMs, clock } = this.#options
    const giveUp = (): void => this.#abandon(run)
    const timer = clock.after(Math.min(stopTimeoutMs, options.withinMs ?? stopTimeoutMs), giveUp)
    if (deadline?.aborted === true) giveUp()
    deadline?.addEventListener('abort', giveUp, { once: true })
    return run.closed.finally(() => {
      timer.cancel()
      deadline?.removeEventListener('abort', giveUp)
    })
  }

  #abandon(run: TaskRun): void {
    if (this.#run !== run) return
    this.#leave(run, 'stopped', 'timeout')
    this.#options.logger.warn(`${this.#what} did not stop in time and was left behind`)
  }

  #leave(run: TaskRun, state: 'stopped' | 'failed', outcome: RunOutcome): void {
    this.#run = undefined
    this.#state = state
    run.close(outcome)
  }

  #logError(level: 'warn' | 'error', what: string, error: Error | undefined): void {
    if (error) this.#options.logger[level](`${this.#what} ${what}`, { error })
  }

  #cancelled(outcome?: RunOutcome): HostError<'CANCELLED'> {
    const task = `the background task of module "${this.#options.name}"`
    return new HostError('CANCELLED', {
      operation: `Starting ${task}`,
      ...(outcome === 'timeout' && { abandoned: task }),
    })
  }

  get #what(): string {
    return `The background task of module "${this.#options.name}"`
  }
}
