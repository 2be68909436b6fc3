import type { Socket } from 'node:net'
import { cutAnswer } from '../exchange/cut-answer.js'
import type { OutgoingResponse } from '../exchange/outgoing-response.js'

/** The answers that are under way, and the end of taking on more. */
export class InFlight {
  /** In no order. A set would cost each request more than all the rest of this class. */
  readonly #responses: OutgoingResponse[] = []
  #isLeaving = false
  #isClosing = false
  #onIdle: (() => void) | undefined
  readonly #onClose: (this: OutgoingResponse) => void

  constructor() {
    const closed = (response: OutgoingResponse): void => this.#closed(response)
    // One listener for all: one made for each response costs more than the rest of a response's book-keeping.
    this.#onClose = function () {
      closed(this)
    }
  }

  track(response: OutgoingResponse): void {
    response.slot = this.#responses.push(response) - 1
    if (this.#isLeaving) response.shouldKeepAlive = false
    response.on('close', this.#onClose)
  }

  #closed(response: OutgoingResponse): void {
    this.#remove(response)
    // Its head may have said that the connection stays, before anybody knew better.
    if (this.#isClosing) response.req.socket.destroySoon()
    if (this.#responses.length === 0) this.#onIdle?.()
  }

  #remove(response: OutgoingResponse): void {
    const { slot } = response
    const last = slot === -1 ? undefined : this.#responses.pop()
    if (last === undefined) return
    response.slot = -1
    if (last === response) return
    this.#responses[slot] = last
    last.slot = slot
  }

  /** Whether an answer has begun on the connection and is not over. Looks through all: for what happens seldom. */
  isAnswering(socket: Socket): boolean {
    return this.#responses.some((response) => response.socket === socket && response.headersSent)
  }

  /** Ends what is in flight so that no client takes it for whole. */
  cut(): void {
    // What is cut may leave the list at once.
    for (const response of [...this.#responses]) cutAnswer(response)
  }

  /** From now on tells clients, in whatever they are still sent, to come back elsewhere. */
  leave(): void {
    if (this.#isLeaving) return
    this.#isLeaving = true
    for (const response of this.#responses) if (!response.headersSent) response.shouldKeepAlive = false
  }

  /** From now on every answer closes its connection, also one whose head has said that it stays. */
  closeAfterAnswers(): void {
    this.leave()
    this.#isClosing = true
  }

  /** Resolves when nothing is in flight any more. */
  drain(): Promise<void> {
    this.closeAfterAnswers()
    return new Promise<void>((resolve) => {
      this.#onIdle = resolve
      if (this.#responses.length === 0) resolve()
    })
  }
}
