import type { Connection } from './connections.js'
import { Pace } from './pace.js'

export interface PacedOptions {
  readonly perSecond: number
  readonly durationMs: number
}

/**
 * Requests at an even rate, each over a connection that is free, for `durationMs`.
 *
 * Resolves to the milliseconds from when each request was due to its answer: one that has to wait for a connection, because
 * the server does not keep up, is as late as its user would find it. What is due is looked for in every turn of the event
 * loop: timers are too coarse.
 */
export function pacedLoad(
  connections: readonly Connection[],
  request: Buffer,
  { perSecond, durationMs }: PacedOptions,
): Promise<Float64Array> {
  const pace = new Pace(perSecond)
  const total = pace.dueAfter(durationMs)
  const latencies = new Float64Array(total)
  const free = [...connections]
  return new Promise((resolve) => {
    const begun = performance.now()
    let sent = 0
    let answered = 0
    const sendNext = (connection: Connection): void => {
      const index = sent++
      connection.send(request, () => {
        latencies[index] = performance.now() - begun - pace.dueMs(index)
        free.push(connection)
        answered++
      })
    }
    const turn = (): void => {
      if (answered === total) {
        resolve(latencies)
        return
      }
      const due = Math.min(total, pace.dueAfter(performance.now() - begun))
      while (sent < due) {
        const connection = free.pop()
        if (connection === undefined) break
        sendNext(connection)
      }
      setImmediate(turn)
    }
    turn()
  })
}
