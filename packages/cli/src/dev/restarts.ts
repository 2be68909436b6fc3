import type { Clock } from '@modkit/core'
import { settleWithin } from '@modkit/core/spi'
import type { Application } from '../application/find-application.js'
import { type EntryProcess, startEntry } from '../process/entry-process.js'

/** What `dev` says of itself. */
export type DevEvent =
  | { readonly event: 'watching'; readonly paths: readonly string[] }
  | { readonly event: 'started'; readonly pid: number | undefined }
  | { readonly event: 'changed'; readonly paths: readonly string[] }
  | { readonly event: 'ended'; readonly exitCode: number }
  | { readonly event: 'killed' }

export interface RestartOptions {
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
  /** After it a process that does not stop is killed. */
  readonly stopLimitMs: number
  readonly say: (event: DevEvent) => void
}

/**
 * The application, one process after another. The next one starts when the last one is gone, so that neither ports nor
 * files are held by two; changes that come meanwhile are one restart.
 */
export class Restarts {
  readonly #app: Application
  readonly #options: RestartOptions
  #wanted: AbortController | undefined

  constructor(app: Application, options: RestartOptions) {
    this.#app = app
    this.#options = options
  }

  /** Ends the process that runs, so that the next one can start. */
  request(paths: readonly string[]): void {
    this.#options.say({ event: 'changed', paths })
    this.#wanted?.abort()
  }

  /** Runs until `signal` aborts, and the last process is gone. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      // Set before the process is there: a change during its start is a change of what it has read.
      this.#wanted = new AbortController()
      await this.#runOnce(AbortSignal.any([this.#wanted.signal, signal]), signal)
    }
  }

  async #runOnce(end: AbortSignal, signal: AbortSignal): Promise<void> {
    const { args, env, say } = this.#options
    const entry = startEntry(this.#app, { args, env, signal })
    say({ event: 'started', pid: entry.pid })
    const outcome = await Promise.race([entry.ended, aborted(end)])
    if (outcome === undefined) {
      await this.#stop(entry, signal)
      return
    }
    say({ event: 'ended', exitCode: outcome })
    await aborted(end)
  }

  async #stop(entry: EntryProcess, signal: AbortSignal): Promise<void> {
    const { clock, stopLimitMs, say } = this.#options
    // A signal of the whole command has been passed on already.
    if (!signal.aborted) entry.kill('SIGTERM')
    const operation = 'Stopping the application'
    const outcome = await settleWithin(entry.ended, { operation, clock, afterMs: stopLimitMs })
    if (outcome.kind === 'done' || outcome.kind === 'failed') return
    entry.kill('SIGKILL')
    say({ event: 'killed' })
    await entry.ended
  }
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined)
    else signal.addEventListener('abort', () => resolve(undefined), { once: true })
  })
}
