import { Worker } from 'node:worker_threads'
import type { Clock, ClockTimer } from '../../time/clock.js'
import type { ShutdownWatch } from '../shutdown/shutdown.js'
import { watchdogWorkerSource } from './watchdog-worker.js'

export interface WatchdogOptions {
  readonly clock: Clock
  /** How long the event loop may be silent before the process is killed; `undefined` when it is not watched. */
  readonly blockedLoopMs: number | undefined
  /** Called when a limit has passed and the event loop still turns; it has to end the process. */
  readonly onExpired: (what: string, limitMs: number) => void
  /** Called when there is no thread to watch from; everything goes on unwatched. */
  readonly onUnavailable: (error: unknown) => void
}

/** How long the main thread has to end the process before the worker kills it. */
const REACTION_MS = 500

interface Expired {
  readonly expired: string
  readonly limitMs: number
}

/**
 * Watches the process from a thread of its own, which works when the event loop does not turn.
 *
 * A limit that passes ends the process with exit code 1 where the main thread can still do that, else by SIGKILL: a worker
 * cannot set an exit code.
 */
export class Watchdog implements ShutdownWatch {
  readonly #options: WatchdogOptions
  #worker: Worker | undefined
  #heartbeat: ClockTimer | undefined

  constructor(options: WatchdogOptions) {
    this.#options = options
    // The thread costs memory: it exists from the start only where it has to watch the loop.
    if (options.blockedLoopMs !== undefined) this.#start()
  }

  arm(limitMs: number, what: string): void {
    this.#start()
    this.#worker?.postMessage({ limitMs, what })
  }

  disarm(): void {
    this.#worker?.postMessage({})
  }

  /** Ends the thread. */
  async close(): Promise<void> {
    this.#heartbeat?.cancel()
    await this.#worker?.terminate()
  }

  #start(): void {
    if (this.#worker) return
    try {
      this.#worker = this.#createWorker()
    } catch (error) {
      this.#options.onUnavailable(error)
    }
  }

  #createWorker(): Worker {
    const { blockedLoopMs, onExpired, onUnavailable } = this.#options
    const state = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
    const workerData = { state, blockedLoopMs, reactionMs: REACTION_MS }
    // Loaders of the main thread are of no use to a few lines of JavaScript, and would slow their start.
    // It writes to the descriptor itself. Node would lay pipes to the process's streams otherwise, and their listeners, of as
    // many hosts as there are, look like a leak to whoever listens next.
    const ownStreams = { stdout: true, stderr: true }
    const worker = new Worker(watchdogWorkerSource, { eval: true, execArgv: [], workerData, ...ownStreams })
    worker.on('message', ({ expired, limitMs }: Expired) => onExpired(expired, limitMs))
    worker.on('error', onUnavailable)
    worker.unref()
    if (blockedLoopMs !== undefined) this.#beat(state, blockedLoopMs / 8)
    return worker
  }

  #beat(state: Int32Array, everyMs: number): void {
    Atomics.add(state, 0, 1)
    this.#heartbeat = this.#options.clock.after(everyMs, () => this.#beat(state, everyMs), { keepAlive: false })
  }
}
