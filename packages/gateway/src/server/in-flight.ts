import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** The answers that are under way, and the end of taking on more. */
export class InFlight {
  readonly #responses = new Set<ServerResponse>()
  #isLeaving = false
  #onIdle: (() => void) | undefined

  track(response: ServerResponse): void {
    this.#responses.add(response)
    if (this.#isLeaving) response.shouldKeepAlive = false
    response.once('close', () => {
      this.#responses.delete(response)
      if (this.#responses.size === 0) this.#onIdle?.()
    })
  }

  /** The connections on which an answer is under way. */
  get sockets(): ReadonlySet<Socket | null> {
    return new Set([...this.#responses].map(({ socket }) => socket))
  }

  /** From now on tells clients, in whatever they are still sent, to come back elsewhere. */
  leave(): void {
    this.#isLeaving = true
    for (const response of this.#responses) if (!response.headersSent) response.shouldKeepAlive = false
  }

  /** Resolves when nothing is in flight any more. */
  drain(): Promise<void> {
    this.leave()
    return new Promise<void>((resolve) => {
      this.#onIdle = resolve
      if (this.#responses.size === 0) resolve()
    })
  }
}
