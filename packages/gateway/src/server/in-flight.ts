import type { ServerResponse } from 'node:http'
import { cutAnswer } from '../exchange/cut-answer.js'

/** The answers that are under way, and the end of taking on more. */
export class InFlight {
  readonly #responses = new Set<ServerResponse>()
  #isLeaving = false
  #isDraining = false
  #onIdle: (() => void) | undefined
  readonly #onClose: (this: ServerResponse) => void

  constructor() {
    const closed = (response: ServerResponse): void => this.#closed(response)
    // One listener for all: one made for each response costs more than the rest of a response's book-keeping.
    this.#onClose = function () {
      closed(this)
    }
  }

  track(response: ServerResponse): void {
    this.#responses.add(response)
    if (this.#isLeaving) response.shouldKeepAlive = false
    response.on('close', this.#onClose)
  }

  #closed(response: ServerResponse): void {
    this.#responses.delete(response)
    // Its head may have said that the connection stays, before anybody knew better.
    if (this.#isDraining) response.req.socket.destroySoon()
    if (this.#responses.size === 0) this.#onIdle?.()
  }

  /** Ends what is in flight so that no client takes it for whole. */
  cut(): void {
    for (const response of this.#responses) cutAnswer(response)
  }

  /** From now on tells clients, in whatever they are still sent, to come back elsewhere. */
  leave(): void {
    if (this.#isLeaving) return
    this.#isLeaving = true
    for (const response of this.#responses) if (!response.headersSent) response.shouldKeepAlive = false
  }

  /** Resolves when nothing is in flight any more. */
  drain(): Promise<void> {
    this.leave()
    this.#isDraining = true
    return new Promise<void>((resolve) => {
      this.#onIdle = resolve
      if (this.#responses.size === 0) resolve()
    })
  }
}
