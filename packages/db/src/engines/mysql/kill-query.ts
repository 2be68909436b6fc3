import type { Socket } from 'node:net'
import type { Clock } from '@modkit/core'
import { settleWithin } from '@modkit/core/spi'
import { ASKING, ASKING_MS } from '../server/asking-to-end.js'

/** What this file uses of a connection of the driver. */
interface MysqlConnection {
  on(event: 'error', listener: (error: Error) => void): void
  query(sql: string, done: (error: Error | null) => void): void
  end(): void
  readonly stream: Socket
}

export interface KillingQuery {
  /** What the driver takes as its connection. */
  readonly connection: object
  readonly clock: Clock
}

/**
 * Ends what a session runs, by `KILL QUERY` on a connection of its own, outside of the pool. Rejects where the server refuses, or
 * says nothing in time; nothing is left of the connection then, either.
 */
export async function killQuery(threadId: number, { connection, clock }: KillingQuery): Promise<void> {
  const { default: mysql } = await import('mysql2')
  const own = mysql.createConnection(connection) as unknown as MysqlConnection
  const asking = new Promise<void>((resolve, reject) => {
    own.on('error', reject)
    own.query(`KILL QUERY ${String(threadId)}`, (error) => (error ? reject(error) : resolve()))
  })
  const outcome = await settleWithin(asking, { operation: ASKING, clock, afterMs: ASKING_MS })
  if (outcome.kind === 'done') {
    own.end()
    own.stream.destroySoon()
  } else {
    own.stream.destroy()
    throw outcome.error
  }
}
