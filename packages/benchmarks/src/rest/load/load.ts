import { SubjectProcess } from '../../measuring/subject-process.js'
import type { WorkloadName } from '../workloads.js'

/** What the load program is told to do. */
export interface Load {
  readonly port: number
  readonly workload: WorkloadName
  readonly connections: number
  readonly durationMs: number
  /** Under full load: goes on for longer until there were so many. */
  readonly leastRequests?: number
  /** An even rate; without it, as much as the server takes. */
  readonly perSecond?: number
  /** At an even rate: how long before the answers count. */
  readonly settleMs?: number
}

/** In milliseconds. */
export interface Latencies {
  readonly p50: number
  readonly p99: number
  readonly p999: number
  /** The 99th percentile in windows without a stall of the machine. */
  readonly quietP99: number
}

export type LoadResult =
  | {
      readonly kind: 'full'
      readonly requests: number
      readonly ms: number
      /** How much of it the load program computed itself: where that is nearly all, it is the limit, not the server. */
      readonly busyMs: number
    }
  | { readonly kind: 'paced'; readonly latencies: Latencies }

/** New connections are slow at first, and all begin at once. */
const SETTLE_MS = 150

/** As many clients as keep a server busy without overwhelming it. */
const CONNECTIONS = 50

export type Target = Pick<Load, 'port' | 'workload' | 'durationMs' | 'leastRequests'>

/** The one load program of a run. */
export class LoadProcess {
  readonly #process = new SubjectProcess(new URL('./load-program.js', import.meta.url), [], { limitMs: undefined })

  /** As many requests as the server takes. */
  async full(target: Target): Promise<Extract<LoadResult, { kind: 'full' }>> {
    const result = await this.#carryOut({ ...target, connections: CONNECTIONS })
    if (result.kind !== 'full') throw new TypeError(`Not under full load: ${result.kind}`)
    return result
  }

  async paced(target: Target, perSecond: number): Promise<Latencies> {
    const result = await this.#carryOut({ ...target, connections: CONNECTIONS, perSecond, settleMs: SETTLE_MS })
    if (result.kind !== 'paced') throw new TypeError(`Not paced: ${result.kind}`)
    return result.latencies
  }

  /** Keeps it to one core, where the system can do that. */
  keepToCore(core: number): Promise<void> {
    return this.#process.keepToCore(core)
  }

  async end(): Promise<void> {
    await this.#process.end()
  }

  async #carryOut(load: Load): Promise<LoadResult> {
    const result = await this.#process.ask<LoadResult | { readonly error: string }>(load)
    if ('error' in result) throw new Error(`${load.workload}: ${result.error}`)
    return result
  }
}
