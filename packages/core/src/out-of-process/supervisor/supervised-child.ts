import { messageOf } from '../../errors/error-json.js'
import { HostError } from '../../errors/host-error.js'
import { sleep } from '../../time/deadline.js'
import { memoryOf } from '../child-platform.js'
import { ChildLife, type ChildLifeOptions, type LifeEnd } from './child-life.js'
import type { ChildInstanceReport, ChildReport, ChildState } from './child-report.js'
import { RestartHistory } from './restart-policy.js'

/** How many of the instances before are remembered. */
const REMEMBERED_INSTANCES = 20

export interface SupervisedChildOptions extends ChildLifeOptions {
  /** From 1 up to the configured number of instances. */
  readonly index: number
  /** When it aborts, nothing is started again. */
  readonly signal: AbortSignal
  /** A number from 0 up to 1. */
  readonly random: () => number
  /** Called when the child is given up, with the reason. */
  readonly onGivenUp: (reason: string) => void
}

/** One of the processes of a moved module: an instance at a time, and another one when it has ended, as the policy says. */
export class SupervisedChild {
  /** Resolves when an instance is ready for the first time; rejects with `OOP_NOT_READY` when the child ends before. */
  readonly ready: Promise<void>
  readonly #options: SupervisedChildOptions
  readonly #restarts: RestartHistory
  readonly #history: ChildInstanceReport[] = []
  #resolveReady: () => void = () => undefined
  #rejectReady: (error: HostError) => void = () => undefined
  #life: ChildLife
  /** What it is between two instances, and after the last one. */
  #rest: Exclude<ChildState, 'spawning'> | undefined
  #reason: string | undefined
  #restartCount = 0
  #isStopped = false

  constructor(options: SupervisedChildOptions) {
    this.#options = options
    this.#restarts = new RestartHistory({ policy: options.moved.restart, random: options.random })
    this.#life = new ChildLife(options)
    this.ready = new Promise((resolve, reject) => {
      this.#resolveReady = resolve
      this.#rejectReady = reject
    })
    // Who does not wait for it is told by the log.
    this.ready.catch(() => undefined)
  }

  /**
   * Spawns the first instance and looks after it from then on.
   *
   * @throws what the backend says about an instance that it cannot spawn: no later one is tried then
   */
  async start(): Promise<void> {
    try {
      await this.#spawn()
    } catch (error) {
      this.#settle('exited', { reason: messageOf(error) })
      throw error
    }
    void this.#supervise()
  }

  /** Ends the instance, also one that is only just being spawned, and starts no other. Never rejects. */
  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#life.stop()
  }

  /** The instance has been told to end by somebody else, and no other is started. */
  drain(): void {
    this.#isStopped = true
    this.#life.drain()
  }

  /** See {@link ChildLife.markGone}. */
  markGone(): void {
    this.#life.markGone()
  }

  report(): ChildReport {
    const { moved, index } = this.#options
    const runs = this.#life.state !== 'exited'
    const memory = runs ? memoryOf(this.#life.pid) : undefined
    return {
      module: moved.name,
      index,
      backend: moved.backend.kind,
      state: this.#rest ?? this.#life.state,
      ...(this.#reason !== undefined && { reason: this.#reason }),
      restarts: this.#restartCount,
      ...(memory && { memory }),
      ...(runs && { instance: this.#life.report() }),
      history: [...this.#history],
    }
  }

  async #spawn(): Promise<void> {
    const life = this.#life
    void life.ready.then(this.#resolveReady)
    await life.spawn()
    // Somebody has given it up while it was being spawned.
    if (this.#isStopped) await life.stop()
  }

  /** From the first instance to the end of the last one. Never rejects. */
  async #supervise(): Promise<void> {
    let end: LifeEnd | undefined = await this.#life.end()
    while (end) {
      this.#remember(end)
      const backoffMs = this.#backoffAfter(end)
      if (backoffMs === undefined) return
      end = await this.#startAgain(end, backoffMs)
    }
  }

  /** How long to wait after the end of an instance; `undefined` where no other one follows. */
  #backoffAfter(end: LifeEnd): number | undefined {
    const { moved, clock, logger, index } = this.#options
    const { name: module, restart } = moved
    const { reason, failed, lastLines } = end
    if (this.#isOver) {
      this.#settle('exited', end)
      return undefined
    }
    if (restart.condition === 'never' || (restart.condition === 'on_failure' && !failed)) {
      this.#settle('exited', end)
      if (failed) this.#giveUp('OoP module has failed and is not started again', reason)
      else logger.info('OoP module has ended by itself', { module, index, reason })
      return undefined
    }
    if (end.isMisconfigured === true) {
      this.#settle('quarantined', end)
      this.#giveUp('OoP module cannot run as it is configured and is quarantined', reason)
      return undefined
    }
    const backoffMs = this.#restarts.nextBackoff(clock.monotonic())
    if (backoffMs !== undefined) return backoffMs
    const lasting = `${String(restart.maxRestarts)} restarts in ${String(restart.windowMs / 1_000)} s did not help: ${reason}`
    this.#settle('quarantined', { reason: lasting, lastLines })
    this.#giveUp('OoP module keeps failing and is quarantined', lasting)
    return undefined
  }

  #giveUp(message: string, reason: string): void {
    const { moved, index, logger, onGivenUp } = this.#options
    logger.error(message, { module: moved.name, index, reason })
    onGivenUp(reason)
  }

  /** Waits and spawns the next instance. Resolves with its end, or with nothing where there is no next one. */
  async #startAgain(before: LifeEnd, backoffMs: number): Promise<LifeEnd | undefined> {
    const { moved, clock, signal, logger, index } = this.#options
    const { reason } = before
    this.#rest = 'waiting'
    this.#reason = reason
    const fields = { module: moved.name, index, reason, backoff_ms: backoffMs }
    logger.warn('OoP module has ended and will be started again', fields)
    await sleep(backoffMs, { clock, signal })
    if (this.#isOver) {
      this.#settle('exited', before)
      return undefined
    }
    this.#restartCount++
    this.#life = new ChildLife(this.#options)
    this.#rest = undefined
    try {
      await this.#spawn()
    } catch (error) {
      return { reason: messageOf(error), failed: true }
    }
    return this.#life.end()
  }

  get #isOver(): boolean {
    return this.#isStopped || this.#options.signal.aborted
  }

  #remember({ reason }: LifeEnd): void {
    this.#history.push({ ...this.#life.report(), end: reason })
    if (this.#history.length > REMEMBERED_INSTANCES) this.#history.shift()
  }

  #settle(state: 'exited' | 'quarantined', { reason, lastLines = [] }: Omit<LifeEnd, 'failed'>): void {
    this.#rest = state
    this.#reason = reason
    const said = lastLines.length > 0 && { lastLines }
    this.#rejectReady(new HostError('OOP_NOT_READY', { module: this.#options.moved.name, reason, ...said }))
  }
}
