import type { Readable } from 'node:stream'
import { cancelled, onAbort } from '../cancellation/abortable.js'
import type { Cancellation } from './cancellable-query.js'

/** The connection of a stream, once it has one. */
interface ConnectedRunner {
  connection?: { __knex__disposed?: unknown }
}

/**
 * Ends a stream of rows when a signal aborts. Its connection is not used again: Knex gives it back with the stream, and what
 * the server still sends on it would be another query's answer.
 */
export function endStreamOnAbort(stream: Readable, runner: ConnectedRunner, cancellation: Cancellation): void {
  const { operation, signals, control } = cancellation
  const stopListening = onAbort(signals, () => {
    const error = cancelled(operation, signals)
    const { connection } = runner
    if (connection !== undefined) {
      connection.__knex__disposed ??= error
      control.cancel(connection).catch(() => control.abandon(connection))
    }
    stream.destroy(error)
  })
  stream.once('close', stopListening)
}
