import type { Logger } from '../../context/logger.js'
import { HostError } from '../../errors/host-error.js'
import type { Clock } from '../../time/clock.js'
import { settleWithin } from '../../time/deadline.js'
import { formatDuration } from '../../time/duration.js'
import type { ModuleBackend } from '../backend.js'
import type { MovedModule } from '../moved-module.js'
import type { ChildReadiness } from './child-readiness.js'
import type { ChildReport } from './child-report.js'
import { SupervisedChild } from './supervised-child.js'

export interface SupervisorOptions {
  /** The root signal: when it aborts, nothing is started again. */
  readonly signal: AbortSignal
  readonly logger: Logger
  readonly clock: Clock
  /** How long an instance may take from its spawn until it is ready; whoever takes longer is ended, and counts as failed. */
  readonly startDeadlineMs: number
  /** Who hears from children. */
  readonly readiness: ChildReadiness
  /** Called when a child is given up: the host goes on without it. */
  readonly onGivenUp: (module: string, reason: string) => void
  /** Spreads restarts; default `Math.random`. */
  readonly random?: () => number
}

/** Looks after the processes of all moved modules: spawns them, starts them again, knows how they are. */
export class Supervisor {
  readonly #options: SupervisorOptions
  readonly #children = new Map<string, readonly SupervisedChild[]>()
  readonly #backends = new Map<ModuleBackend, SupervisedChild[]>()

  constructor(options: SupervisorOptions) {
    this.#options = options
  }

  /**
   * Spawns every instance of a module. Resolves when they run; whether they are ready, {@link ready} tells.
   *
   * @throws what a backend says about an instance that it cannot spawn; the others of the module have been ended then
   */
  async spawn(moved: MovedModule, directoryEndpoint: string | undefined): Promise<void> {
    const indices = Array.from({ length: moved.instances }, (_, i) => i + 1)
    const children = indices.map((index) => this.#child(moved, { index, directoryEndpoint }))
    this.#children.set(moved.name, children)
    this.#backends.set(moved.backend, [...(this.#backends.get(moved.backend) ?? []), ...children])
    const outcomes = await Promise.allSettled(children.map((child) => child.start()))
    const failure = outcomes.find((outcome) => outcome.status === 'rejected')
    if (!failure) return
    await this.giveUp(moved.name)
    throw failure.reason
  }

  /**
   * Resolves when every instance of a module has been ready once.
   *
   * @throws HostError `OOP_NOT_READY` where one has ended for good before, or is not ready in time; `CANCELLED` once the root
   * signal aborts, when the processes of the module are ended
   */
  async ready(module: string, withinMs: number): Promise<void> {
    const { clock, signal } = this.#options
    const children = this.#children.get(module) ?? []
    const operation = `The start of module "${module}" in its process`
    const all = Promise.all(children.map((child) => child.ready))
    const outcome = await settleWithin(all, { operation, clock, afterMs: withinMs, signal, graceMs: 0 })
    if (outcome.kind === 'done') return
    // Their end is not waited for: whoever does wait has a deadline of its own, which would speak before the reason does.
    void this.giveUp(module)
    if (outcome.kind === 'failed') throw outcome.error
    // Nobody is left behind: the processes end.
    if (outcome.kind === 'cancelled') throw new HostError('CANCELLED', { operation })
    throw new HostError('OOP_NOT_READY', { module, reason: `it was not ready after ${formatDuration(withinMs)}` })
  }

  /** Ends the processes of a module, and starts no others. Never rejects. */
  async giveUp(module: string): Promise<void> {
    await Promise.all((this.#children.get(module) ?? []).map((child) => child.stop()))
  }

  /** All children are about to be told to end by their backends. */
  drain(): void {
    for (const child of this.#all()) child.drain()
  }

  /** A backend has ended all of its children. */
  markGone(backend: ModuleBackend): void {
    for (const child of this.#backends.get(backend) ?? []) child.markGone()
  }

  /** Every child, in the order of the configuration. */
  report(): readonly ChildReport[] {
    return this.#all().map((child) => child.report())
  }

  #all(): readonly SupervisedChild[] {
    return [...this.#children.values()].flat()
  }

  #child(moved: MovedModule, place: { index: number; directoryEndpoint: string | undefined }): SupervisedChild {
    const { signal, logger, clock, startDeadlineMs, readiness, onGivenUp, random = Math.random } = this.#options
    return new SupervisedChild({
      ...place,
      ...{ moved, signal, logger, clock, startDeadlineMs, readiness, random },
      onGivenUp: (reason) => onGivenUp(moved.name, reason),
    })
  }
}
