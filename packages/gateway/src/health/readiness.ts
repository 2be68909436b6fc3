import type { Clock, HostStatus, ModuleHealth } from '@modkit/core'

/** What a probe is told. Why something is wrong stands in the log: probes are public. */
export interface HealthReport {
  /** `unavailable`: send no requests here. */
  readonly status: 'ok' | 'degraded' | 'unavailable'
  readonly state: HostStatus['state']
  readonly modules: readonly ModuleStatus[]
}

interface ModuleStatus {
  readonly module: string
  readonly status: ModuleHealth['status']
}

export interface ReadinessOptions {
  readonly status: HostStatus
  readonly clock: Clock
  /** How long what the modules said is good for. */
  readonly cacheMs: number
  /** How long modules may take to say how they are. */
  readonly timeoutMs: number
}

/**
 * How ready the host is: its own state, then what its modules say, then what has failed without ending it.
 *
 * The modules are asked no more often than once in `cacheMs`, and by all probes of a moment together: probes cost them
 * nothing, however many there are. The host's own state is always what is true now.
 */
export class Readiness {
  readonly #options: ReadinessOptions
  #look: Promise<readonly ModuleStatus[]> | undefined
  #validUntilMs = 0

  constructor(options: ReadinessOptions) {
    this.#options = options
  }

  async report(): Promise<HealthReport> {
    const { status } = this.#options
    // Modules that are not running yet, or no more, have nothing to say that would change the answer.
    const modules = status.ready ? await this.#modules() : []
    const { state, ready, degradations } = status
    if (!ready) return { status: 'unavailable', state, modules: [] }
    const isDown = modules.some((module) => module.status === 'down')
    const isDegraded = modules.some((module) => module.status === 'degraded') || degradations.length > 0
    return { status: isDown ? 'unavailable' : isDegraded ? 'degraded' : 'ok', state, modules }
  }

  #modules(): Promise<readonly ModuleStatus[]> {
    const { clock, cacheMs } = this.#options
    if (this.#look !== undefined && clock.monotonic() < this.#validUntilMs) return this.#look
    // Until it is over, a look is everybody's.
    this.#validUntilMs = Infinity
    this.#look = this.#ask().finally(() => {
      this.#validUntilMs = clock.monotonic() + cacheMs
    })
    return this.#look
  }

  async #ask(): Promise<readonly ModuleStatus[]> {
    const { status, clock, timeoutMs } = this.#options
    const limit = new AbortController()
    const timer = clock.after(timeoutMs, () => limit.abort())
    try {
      const answers = await status.health(limit.signal)
      return answers.map(({ module, status }) => ({ module, status }))
    } finally {
      timer.cancel()
    }
  }
}
