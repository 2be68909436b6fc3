import { toError } from '../errors/error-json.js'

/** A background task: works until its signal aborts, and calls `ready` once it does its work. */
export type BackgroundTask = (signal: AbortSignal, ready: () => void) => unknown

/** What a task tells about itself. */
export interface TaskEvents {
  onReady(): void
  /** @param error why the task failed; `undefined` when it returned */
  onEnd(error: Error | undefined): void
}

/** How a run is over for those who wait for it; `timeout` means that the task was left behind and may still go on. */
export type RunOutcome = 'finished' | 'cancelled' | 'timeout'

/** One run of a background task, from its call until nobody waits for it any more. */
export class TaskRun {
  readonly #abort = new AbortController()
  #close: (outcome: RunOutcome) => void = () => undefined
  /** Never rejects. */
  readonly closed = new Promise<RunOutcome>((resolve) => {
    this.#close = resolve
  })

  /** Whether the task was told to stop. */
  get toldToStop(): boolean {
    return this.#abort.signal.aborted
  }

  /** Calls the task. What it throws, at once or later, goes to `events.onEnd` and nowhere else. */
  begin(task: BackgroundTask, events: TaskEvents): void {
    const onError = (error: unknown): void => events.onEnd(toError(error))
    try {
      const result = task(this.#abort.signal, () => events.onReady())
      Promise.resolve(result).then(() => events.onEnd(undefined), onError)
    } catch (error) {
      onError(error)
    }
  }

  /** Aborts the task's own signal. */
  tellToStop(): void {
    this.#abort.abort()
  }

  /** Lets everybody go who waits for `closed`. Only the first call counts. */
  close(outcome: RunOutcome): void {
    this.#close(outcome)
  }
}
