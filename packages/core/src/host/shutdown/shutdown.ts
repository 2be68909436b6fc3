import { errorToJson, messageOf } from '../../errors/error-json.js'
import { HostError } from '../../errors/host-error.js'
import { CHILDREN_GRACE_MS } from '../../out-of-process/child-grace.js'
import type { HostedModule } from '../../phases/hosted-module.js'
import { sleep } from '../../time/deadline.js'
import type { HostAssembly } from '../assembly/assembly.js'
import type { HostLimits } from '../options/host-limits.js'
import { ModuleStops } from './module-stops.js'
import type { ShutdownReport, ShutdownStepName, ShutdownStepReport } from '../reports/shutdown-report.js'
import { stopInTwoPhases } from './two-phase-stop.js'

/** How long children may take: their grace, then SIGKILL and the rest of their output. */
const CHILDREN_MS = CHILDREN_GRACE_MS + 1_000
const DATABASES_MS = 2_000
/** What the watchdog grants the steps before the modules on top of the sum of their limits. */
const WATCH_MARGIN_MS = 2_000

/** Watches a shutdown from outside the event loop. */
export interface ShutdownWatch {
  /** Ends the process unless `disarm` or another `arm` comes within `limitMs`. */
  arm(limitMs: number, what: string): void
  disarm(): void
}

export interface ShutdownOptions {
  readonly limits: HostLimits
  /** Why, for people. */
  readonly reason: string
  /** Whether requests may still come: then readiness is false for a while before they are refused. */
  readonly lameDuck: boolean
  readonly watch: ShutdownWatch | undefined
  /** Why the start failed, when that is the reason. */
  readonly startError?: Error
}

/**
 * Phase 10 and the rollback of a failed start: gateway, children, hub, then what was started in exact reverse, databases last.
 *
 * The caller has aborted the root signal. Nothing here rejects: a step that fails is reported, and the rest still ends.
 */
export class Shutdown {
  readonly #assembly: HostAssembly
  readonly #options: ShutdownOptions
  readonly #steps: ShutdownStepReport[] = []
  readonly #leftBehind: string[]

  constructor(assembly: HostAssembly, options: ShutdownOptions) {
    this.#assembly = assembly
    this.#options = options
    this.#leftBehind = abandonedBy(options.startError)
  }

  async run(): Promise<ShutdownReport> {
    const { clock, logger } = this.#assembly
    const { limits, watch, reason, startError } = this.#options
    const startedAt = clock.monotonic()
    logger.info('Shutdown begins', { reason })
    logger.info('Phase: stop')
    watch?.arm(this.#drainLimitMs() + WATCH_MARGIN_MS, 'draining')
    await this.#drainAll()
    watch?.arm(limits.watchdogMs, 'stop phase')
    const endsAt = limits.endsWithinMs === undefined ? undefined : startedAt + limits.endsWithinMs
    const stops = new ModuleStops(this.#assembly, { limits, watched: watch !== undefined, endsAt })
    const modulesAt = clock.monotonic()
    const modules = await stops.run()
    this.#leftBehind.push(...stops.leftBehind)
    if (modules.length > 0)
      this.#steps.push({ step: 'modules', durationMs: clock.monotonic() - modulesAt, outcome: stops.outcome })
    watch?.arm(DATABASES_MS + WATCH_MARGIN_MS, 'closing the databases')
    await this.#closeDatabases()
    watch?.disarm()
    return {
      reason,
      durationMs: clock.monotonic() - startedAt,
      steps: this.#steps,
      modules,
      leftBehind: this.#leftBehind,
      ...(startError !== undefined && { startError: errorToJson(startError) }),
    }
  }

  /** Steps 1 to 3: nothing new comes in, what is in flight ends, and children can still reach the hub while they do. */
  async #drainAll(): Promise<void> {
    const { modules } = this.#assembly
    const gateway = modules.only('rest_host')
    if (this.#isLameDuck) await this.#waitAsLameDuck()
    if (gateway && this.#isUp(gateway)) await this.#drain('gateway', gateway)
    await this.#stopChildren()
    const hub = modules.only('grpc_hub')
    if (hub && this.#isUp(hub)) await this.#drain('hub', hub)
  }

  get #isLameDuck(): boolean {
    return this.#options.lameDuck && this.#options.limits.lameDuckMs > 0
  }

  #drainLimitMs(): number {
    const { lameDuckMs, drainMs } = this.#options.limits
    return (
      (this.#isLameDuck ? lameDuckMs : 0) +
      2 * (drainMs + 1_000) +
      (this.#assembly.mayHaveChildren ? CHILDREN_MS + 1_000 : 0)
    )
  }

  /** Whether there is something to drain: a module with a life of its own has to be in it. */
  #isUp(module: HostedModule): boolean {
    const { started } = this.#assembly
    return module.has('stateful') ? started.has(module) : this.#assembly.failureOf(module.name) === undefined
  }

  async #waitAsLameDuck(): Promise<void> {
    const { clock } = this.#assembly
    const startedAt = clock.monotonic()
    await sleep(this.#options.limits.lameDuckMs, { clock })
    this.#steps.push({ step: 'lame_duck', durationMs: clock.monotonic() - startedAt, outcome: 'done' })
  }

  async #drain(step: 'gateway' | 'hub', module: HostedModule): Promise<void> {
    const { drain } = module.hooks
    if (!drain) return
    const operation = `drain() of module "${module.name}"`
    await this.#step(step, operation, {
      deadlineMs: this.#options.limits.drainMs,
      work: (deadline) => drain.call(module.hooks, deadline),
    })
  }

  /** Children stop in parallel, in every backend at once. */
  async #stopChildren(): Promise<void> {
    if (!this.#assembly.mayHaveChildren) return
    const work = (): Promise<void> => allEnded(this.#assembly.stopChildren())
    await this.#step('children', 'Stopping the child processes', { deadlineMs: CHILDREN_MS, work })
  }

  async #closeDatabases(): Promise<void> {
    const { databases } = this.#assembly
    if (!databases) return
    await this.#step('databases', 'Closing the databases', { deadlineMs: DATABASES_MS, work: () => databases.close() })
  }

  async #step(step: ShutdownStepName, operation: string, { deadlineMs, work }: StepWork): Promise<void> {
    const { clock, logger } = this.#assembly
    const onDeadline = (): void => {
      logger.warn('Shutdown step reached its deadline', { step, deadline_ms: deadlineMs })
    }
    const { outcome, durationMs, error } = await stopInTwoPhases(work, { operation, clock, deadlineMs, onDeadline })
    if (outcome === 'abandoned') this.#leftBehind.push(operation)
    if (outcome !== 'done') logger.warn('Shutdown step failed', { step, error })
    this.#steps.push({ step, durationMs, outcome, ...(error !== undefined && { error: messageOf(error) }) })
  }
}

/** Waits for all, and only then fails with what went wrong. */
async function allEnded(stops: readonly Promise<void>[]): Promise<void> {
  const settled = await Promise.allSettled(stops)
  const errors = settled.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []))
  const reasons = errors.map(messageOf).join('; ')
  if (errors.length > 0) throw new AggregateError(errors, `Not every backend could end its children: ${reasons}`)
}

/** What a start that was given up left behind, by name: the host a hook, or a hook something of its own. */
function abandonedBy(startError: Error | undefined): string[] {
  const cancelled = HostError.find(startError, 'CANCELLED')
  const inner = HostError.find(cancelled?.cause, 'CANCELLED')
  const exceeded = HostError.find(startError, 'DEADLINE_EXCEEDED')
  return [cancelled?.details.abandoned ?? inner?.details.abandoned ?? exceeded?.details.operation ?? []].flat()
}

interface StepWork {
  readonly deadlineMs: number
  readonly work: (deadline: AbortSignal) => unknown
}
