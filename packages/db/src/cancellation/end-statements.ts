import type { Clock } from '@modkit/core'
import { settleWithin, sleep } from '@modkit/core/spi'
import type { StatementControl } from '../engines/database-engine.js'

export interface EndingStatements {
  readonly control: StatementControl
  readonly clock: Clock
  /** Asked again and again: what is not in use any more must be left alone. */
  readonly connections: () => readonly unknown[]
}

/** How long statements have, once the server was told to end them, before their connections are closed. */
const DEADLINE_MS = 5_000
/** After how long the server is told again: what waited behind a statement that has ended may run by now. */
const AGAIN_MS = 250
/** How often connections are looked at meanwhile. */
const LOOK_MS = 5

/**
 * Has what runs on these connections ended, on the server too. They stay fit for use; where nothing helps, they are closed.
 * Never rejects.
 */
export async function endStatements({ control, clock, connections }: EndingStatements): Promise<void> {
  const busy = (): readonly unknown[] => connections().filter((connection) => control.isBusy(connection))
  const startedAt = clock.monotonic()
  for (let running = busy(); running.length > 0; running = busy()) {
    const remainingMs = startedAt + DEADLINE_MS - clock.monotonic()
    const isEnded = remainingMs > 0 && (await askToEnd(running, { control, clock, remainingMs }))
    // Who was asked and has not answered may still end the next statement of the connection.
    if (!isEnded) {
      for (const connection of running) control.abandon(connection)
      return
    }
    const againAt = clock.monotonic() + AGAIN_MS
    while (busy().length > 0 && clock.monotonic() < againAt) await sleep(LOOK_MS, { clock })
  }
}

interface Asking {
  readonly control: StatementControl
  readonly clock: Clock
  readonly remainingMs: number
}

/** Whether all have been asked in time. A refusal counts: the next round asks again. */
async function askToEnd(connections: readonly unknown[], { control, clock, remainingMs }: Asking): Promise<boolean> {
  const asking = Promise.allSettled(connections.map((connection) => control.cancel(connection)))
  const operation = 'Asking a server to end a statement'
  const { kind } = await settleWithin(asking, { operation, clock, afterMs: remainingMs })
  return kind === 'done'
}
