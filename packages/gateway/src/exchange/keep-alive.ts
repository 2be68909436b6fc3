import type { ServerResponse } from 'node:http'
import type { Clock, ClockTimer } from '@modkit/core'

const KEEP_ALIVE_MS = 15_000

/** Sends a comment now and then, so that nobody between here and the client takes a silent stream for a dead one. */
export function keepAlive(response: ServerResponse, clock: Clock): Pick<ClockTimer, 'cancel'> {
  let timer: ClockTimer
  const schedule = (): void => {
    timer = clock.after(KEEP_ALIVE_MS, beat)
  }
  const beat = (): void => {
    // A client that does not take what is there already needs no more.
    if (!response.writableNeedDrain) response.write(': keepalive\n\n')
    schedule()
  }
  schedule()
  return { cancel: () => timer.cancel() }
}
