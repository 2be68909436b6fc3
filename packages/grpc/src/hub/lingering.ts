import type { Socket } from 'node:net'
import type { Clock } from '@modkit/core'

/** How long a peer may take to close its side, once we have closed ours. */
const LINGER_MS = 1_000

/**
 * Lets no connection outlive its session for long.
 *
 * A session that is over ends its connection, which then waits for the peer to do the same: a peer that vanished never does, and
 * one that does not read keeps even our end from being sent. Both would hold a descriptor, and every drain until its deadline.
 */
export function closeLingering(socket: Socket, clock: Clock): void {
  const end = socket.end.bind(socket) as (...given: unknown[]) => Socket
  let isEnding = false
  // There is no event for it: that of a finished end comes when it has been sent.
  socket.end = (...given: unknown[]): Socket => {
    if (!isEnding && !socket.destroyed) {
      isEnding = true
      const timer = clock.after(LINGER_MS, () => socket.destroy(), { keepAlive: false })
      socket.once('close', () => timer.cancel())
    }
    return end(...given)
  }
}
