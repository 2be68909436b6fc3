import type { HostStatus } from '@modkit/core'
import { ModuleHealthCache, type ModuleHealthCacheOptions, type ModuleStatus } from '@modkit/core/spi'

/** What a probe is told. Why something is wrong stands in the log: probes are public. */
export interface HealthReport {
  /** `unavailable`: send no requests here. */
  readonly status: 'ok' | 'degraded' | 'unavailable'
  readonly state: HostStatus['state']
  readonly modules: readonly ModuleStatus[]
}

export type ReadinessOptions = ModuleHealthCacheOptions

/** How ready the host is: its own state, always as it is now, then what its modules say, then what has failed without ending it. */
export class Readiness {
  readonly #status: HostStatus
  readonly #modules: ModuleHealthCache

  constructor(options: ReadinessOptions) {
    this.#status = options.status
    this.#modules = new ModuleHealthCache(options)
  }

  async report(): Promise<HealthReport> {
    const status = this.#status
    // Modules that are not running yet, or no more, have nothing to say that would change the answer.
    const modules = status.ready ? await this.#modules.statuses() : []
    const { state, ready, degradations } = status
    if (!ready) return { status: 'unavailable', state, modules: [] }
    const isDown = modules.some((module) => module.status === 'down')
    const isDegraded = modules.some((module) => module.status === 'degraded') || degradations.length > 0
    return { status: isDown ? 'unavailable' : isDegraded ? 'degraded' : 'ok', state, modules }
  }
}
