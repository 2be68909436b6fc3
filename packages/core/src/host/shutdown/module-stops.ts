import { disposerOf } from '../../container/dispose.js'
import { messageOf } from '../../errors/error-json.js'
import { stopOrder } from '../../phases/10-stop.js'
import type { HostedModule } from '../../phases/hosted-module.js'
import type { HostAssembly } from '../assembly/assembly.js'
import type { HostLimits } from '../options/host-limits.js'
import type { ModuleStopReport, StopOutcome } from '../reports/shutdown-report.js'
import { stopBudget, type StopBudget } from './stop-budget.js'
import { stopInTwoPhases, type TwoPhaseResult } from './two-phase-stop.js'

export interface ModuleStopsOptions {
  readonly limits: HostLimits
  /** Whether a watchdog counts the time: then deadlines are cut so that they speak before it does. */
  readonly watched: boolean
  /** By when, on the clock's monotonic time, somebody else ends the process. */
  readonly endsAt?: number | undefined
}

/** What a background task is told to keep free of its module's deadline, so that its own timeout speaks first. */
const TASK_MARGIN_MS = 100

/** Step 4 of a shutdown: what was started stops one by one, in exact reverse, and its providers are disposed of. */
export class ModuleStops {
  readonly #assembly: HostAssembly
  readonly #limits: HostLimits
  /** `Infinity` where nobody else counts the time. */
  readonly #endsAt: number
  readonly leftBehind: string[] = []
  /** The stops of modules that started late. */
  readonly #late = new Map<HostedModule, Promise<void>>()
  #reports: ModuleStopReport[] = []
  /** How many started modules still have to stop. */
  #left = 0

  constructor(assembly: HostAssembly, { limits, watched, endsAt = Infinity }: ModuleStopsOptions) {
    this.#assembly = assembly
    this.#limits = limits
    const watchedUntil = watched ? assembly.clock.monotonic() + limits.watchdogMs : Infinity
    this.#endsAt = Math.min(watchedUntil, endsAt)
  }

  async run(): Promise<readonly ModuleStopReport[]> {
    const { started, modules } = this.#assembly
    started.close((module) => this.#late.set(module, this.#stopLate(module)))
    const order = stopOrder(modules)
    this.#left = order.filter((module) => started.has(module)).length
    for (const module of order) {
      if (started.take(module)) this.#reports.push(await this.#stop(module, --this.#left))
      // Started late, it may still need its providers to stop.
      await this.#late.get(module)
      await this.#disposeProviders(module, this.#left)
    }
    await Promise.all(this.#late.values())
    return this.#reports
  }

  /** The worst that happened to a module. */
  get outcome(): StopOutcome {
    const has = (outcome: StopOutcome): boolean => this.#reports.some((report) => report.outcome === outcome)
    return has('abandoned') ? 'abandoned' : has('failed') ? 'failed' : 'done'
  }

  #budget(modulesLeft: number): StopBudget {
    const { clock } = this.#assembly
    const remainingMs = this.#endsAt === Infinity ? undefined : this.#endsAt - clock.monotonic()
    return stopBudget({ configuredMs: this.#limits.shutdownDeadlineMs, remainingMs, modulesLeft })
  }

  async #stop(module: HostedModule, modulesLeft: number): Promise<ModuleStopReport> {
    const { clock, logger } = this.#assembly
    const { deadlineMs, graceMs } = this.#budget(modulesLeft)
    const { name } = module
    const onDeadline = (): void => {
      const fields = { module: name, deadline_secs: Math.floor(deadlineMs / 1_000), deadline_ms: deadlineMs }
      logger.warn('Module shutdown deadline reached, sending hard-stop signal', fields)
    }
    const work = (deadline: AbortSignal): unknown => module.stop(deadline, Math.max(0, deadlineMs - TASK_MARGIN_MS))
    const result = await stopInTwoPhases(work, {
      operation: `stop() of module "${name}"`,
      clock,
      deadlineMs,
      graceMs,
      onDeadline,
    })
    this.#log(name, result)
    const { outcome, durationMs, error } = result
    return { module: name, durationMs, deadlineMs, outcome, ...(error !== undefined && { error: messageOf(error) }) }
  }

  #log(module: string, { outcome, error }: TwoPhaseResult): void {
    const { logger } = this.#assembly
    if (outcome === 'done') logger.info('Stopped module', { module })
    if (outcome === 'failed') logger.warn('Failed to stop module', { module, error })
    if (outcome === 'abandoned') {
      logger.error('Module did not stop and was left behind', { module, error })
      this.leftBehind.push(`stop() of module "${module}"`)
    }
  }

  /** Newest first, one after another: a provider may need an older one until it is gone. */
  async #disposeProviders(module: HostedModule, modulesLeft: number): Promise<void> {
    for (const provider of [...module.container.built].reverse()) {
      await this.#dispose(module, provider, modulesLeft)
    }
  }

  async #dispose(module: HostedModule, provider: unknown, modulesLeft: number): Promise<void> {
    const { clock, logger } = this.#assembly
    const operation = `dispose() of ${className(provider)} of module "${module.name}"`
    const dispose = (): unknown => disposerOf(provider)?.()
    const result = await stopInTwoPhases(dispose, { operation, clock, ...this.#budget(modulesLeft) })
    if (result.outcome === 'done') return
    logger.warn('Failed to dispose of a provider', {
      module: module.name,
      provider: className(provider),
      error: result.error,
    })
    if (result.outcome === 'abandoned') this.leftBehind.push(operation)
  }

  /** A start that had been given up succeeded after all: the module must not stay behind running. */
  async #stopLate(module: HostedModule): Promise<void> {
    const { logger } = this.#assembly
    logger.warn('Module started after its start had been given up; stopping it', { module: module.name })
    await this.#stop(module, this.#left)
  }
}

function className(provider: unknown): string {
  try {
    return (provider as { constructor: { name: string } }).constructor.name || 'a provider'
  } catch {
    // Without a prototype, or behind a proxy that refuses: it has no name to give.
    return 'a provider'
  }
}
