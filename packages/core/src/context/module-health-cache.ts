import type { ModuleHealth } from '../capabilities/core-module.js'
import type { Clock } from '../time/clock.js'
import type { HostStatus } from './host-status.js'

/** How one module is, without the reason: that stands in the log, and probes are public. */
export interface ModuleStatus {
  readonly module: string
  readonly status: ModuleHealth['status']
}

/** Whom the cache asks, and how long it waits and remembers. */
export interface ModuleHealthCacheOptions {
  readonly status: HostStatus
  readonly clock: Clock
  /** How long what the modules said is good for. */
  readonly cacheMs: number
  /** How long modules may take to say how they are. */
  readonly timeoutMs: number
}

/**
 * What modules say of their health. They are asked no more often than once in `cacheMs`, and by all probes of a moment
 * together: probes cost them nothing, however many there are.
 */
export class ModuleHealthCache {
  readonly #options: ModuleHealthCacheOptions
  #look: Promise<readonly ModuleStatus[]> | undefined
  #validUntilMs = 0

  constructor(options: ModuleHealthCacheOptions) {
    this.#options = options
  }

  /** Never rejects. */
  statuses(): Promise<readonly ModuleStatus[]> {
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
