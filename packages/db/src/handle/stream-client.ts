import type { Readable } from 'node:stream'
import type { DialectClient } from './dialect-client.js'

/** Whose the connection of a stream is: one of the pool, which the stream gives back, or that of a transaction. */
export type StreamConnection = 'pooled' | 'held'

/**
 * The client for one stream of rows. Knex gives the connection of a stream back twice, when its query ends and when it closes;
 * in between it may be somebody else's, whom the second time would take it from. Of a stream that has closed before it had a
 * connection Knex never gives it back.
 */
export function streamClient(client: DialectClient, connection: StreamConnection): DialectClient {
  let isGivenBack = connection === 'held'
  const own: Pick<DialectClient, 'stream' | 'releaseConnection'> = {
    stream: (...asked) => untilClosed(asked[2], () => client.stream(...asked)),
    releaseConnection(lent) {
      if (isGivenBack) return Promise.resolve()
      isGivenBack = true
      return client.releaseConnection(lent)
    },
  }
  return Object.assign(Object.create(client) as DialectClient, own)
}

/** Streams rows where somebody still reads them, and is over once nobody does. Throws what keeps it from beginning, as Knex does. */
function untilClosed(stream: Readable, begin: () => Promise<unknown>): Promise<unknown> {
  if (stream.destroyed) return Promise.resolve()
  const closed = new Promise((resolve) => stream.once('close', resolve))
  return Promise.race([begin(), closed])
}
