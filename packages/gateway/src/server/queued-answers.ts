import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/**
 * Answers to pipelined requests that wait for their turn on the connection. Node tells nobody when the connection closes before
 * that: such an answer would count as under way for ever, and whoever works on it would never hear that the client has gone.
 */
export class QueuedAnswers {
  readonly #queues = new WeakMap<Socket, Set<ServerResponse>>()

  /** Call at the beginning of every request: most are answered at once, and are no affair of ours. */
  add(response: ServerResponse): void {
    // One whose turn it is has its socket.
    if (response.socket !== null) return
    const queue = this.#queueOf(response.req.socket)
    queue.add(response)
    response.once('close', () => queue.delete(response))
  }

  #queueOf(socket: Socket): Set<ServerResponse> {
    const known = this.#queues.get(socket)
    if (known) return known
    const queue = new Set<ServerResponse>()
    this.#queues.set(socket, queue)
    // One listener for all of them, however many a client sends ahead.
    socket.once('close', () => {
      for (const response of queue) closeUnsent(response)
    })
    return queue
  }
}

function closeUnsent(response: ServerResponse): void {
  // Its turn may have come since; then Node has closed it, or is about to.
  if (response.socket !== null) return
  response.destroy()
  response.emit('close')
}
