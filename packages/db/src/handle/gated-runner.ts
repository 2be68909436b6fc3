import { errorMonitor } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { abortable } from '../cancellation/abortable.js'
import { type Cancellation, runCancellable } from './cancellable-query.js'
import { endStreamOnAbort } from './cancellable-stream.js'
import type { BuiltQuery, DialectClient, KnexRunner, QueryRunner } from './dialect-client.js'
import { DirectRun, type RunEnding } from './direct-run.js'
import type { OpenTransaction } from './open-transaction.js'
import type { QueryGate } from './query-gate.js'
import { tellIfSlow } from './slow-queries.js'
import { streamClient } from './stream-client.js'

/**
 * The runner of a query without the client that it holds: the gate of its handle stands before it, and what it fails with is
 * translated. Every query has one, so it is small and, in a transaction, waits for nothing itself.
 */
export class GatedRunner implements QueryRunner {
  readonly #client: DialectClient
  readonly #query: BuiltQuery
  readonly #gate: QueryGate

  constructor(client: DialectClient, query: BuiltQuery, gate: QueryGate) {
    this.#client = client
    this.#query = query
    this.#gate = gate
  }

  run(): Promise<unknown> {
    const { enter, connection, cancellation, transaction } = this.#gate
    const ending = this.#ending()
    try {
      enter()
    } catch (error) {
      return ending.failed(error)
    }
    if (transaction !== undefined) return this.#runInTurn(transaction, ending)
    if (cancellation !== undefined) return this.#runCancellable(cancellation, ending)
    return connection === undefined ? this.#runOnPool(ending) : this.#runOn(connection, ending)
  }

  stream(...args: unknown[]): unknown {
    this.#gate.enter()
    const runner = this.#streamRunner()
    const handler = args.at(-1)
    const ending = <T>(stream: T): T => this.#watched(stream, runner)
    if (!isStreamHandler(handler)) return ending(runner.stream(...args))
    const withEnd = (stream: unknown): unknown => handler(ending(stream))
    return runner.stream(...args.slice(0, -1), withEnd)
  }

  pipe(target: unknown, ...options: unknown[]): unknown {
    return (this.stream(...options) as Readable).pipe(target as Writable)
  }

  #ending(): QueryEnding {
    const { fail, slow } = this.#gate
    const query = this.#query
    const startedAtMs = slow?.clock.monotonic() ?? 0
    return {
      answered(answer) {
        if (slow !== undefined) tellIfSlow(query, startedAtMs, slow)
        return answer
      },
      async failed(error) {
        if (slow !== undefined) tellIfSlow(query, startedAtMs, slow)
        // Without a listener, an event of this name is thrown.
        if (query.listenerCount('error') > 0) query.emit('error', error)
        return await fail(error)
      },
    }
  }

  async #runOnPool({ answered, failed }: QueryEnding): Promise<unknown> {
    try {
      const connection = await this.#client.acquireConnection()
      try {
        return answered(await this.#runOn(connection, PLAIN_ENDING))
      } finally {
        await this.#client.releaseConnection(connection)
      }
    } catch (error) {
      // What is asked about it is asked once the connection has been given back: there may be no other.
      return await failed(error)
    }
  }

  #runCancellable(cancellation: Cancellation, { answered, failed }: RunEnding): Promise<unknown> {
    const place = { source: this.#client, connection: this.#gate.connection }
    const run = (connection: unknown): Promise<unknown> => this.#runOn(connection, PLAIN_ENDING)
    return runCancellable(run, place, cancellation).then(answered, failed)
  }

  #runInTurn(transaction: OpenTransaction, ending: QueryEnding): Promise<unknown> {
    const { cancellation } = this.#gate
    const { turns, connection } = transaction.held
    const inTurn = endingOfTurn(transaction, ending)
    let hasBegun = false
    const run = (): Promise<unknown> => {
      hasBegun = true
      try {
        transaction.assertRuns()
      } catch (error) {
        return inTurn.failed(error)
      }
      return cancellation === undefined ? this.#runOn(connection, inTurn) : this.#runCancellable(cancellation, inTurn)
    }
    const waits = turns.owner !== undefined
    const running = turns.take(transaction, run)
    if (!waits || cancellation === undefined) return running
    // What waits for its turn need not be ended: when it comes, nothing runs.
    return abortable(running, { ...cancellation, until: () => hasBegun })
  }

  #runOn(connection: unknown, ending: RunEnding): Promise<unknown> {
    return new DirectRun({ client: this.#client, query: this.#query, connection, ending }).run()
  }

  #streamRunner(): KnexRunner {
    const { connection } = this.#gate
    const client = streamClient(this.#client, connection === undefined ? 'pooled' : 'held')
    const runner = client.runner(this.#query)
    runner.connection = connection
    return runner
  }

  #watched<T>(stream: T, runner: KnexRunner): T {
    const { cancellation, transaction } = this.#gate
    const rows = stream as Readable
    if (cancellation !== undefined) endStreamOnAbort(rows, runner as never, cancellation)
    if (transaction !== undefined) {
      const note = (error: unknown): void => {
        transaction.exclusively(() => transaction.noteFailure(error, error)).catch(() => undefined)
      }
      // Who listens to it is not for us to say: an error that nobody hears is still thrown.
      rows.once(errorMonitor, note)
    }
    return stream
  }
}

/** The ending of a query of a handle: what it fails with is translated. */
interface QueryEnding extends RunEnding {
  readonly failed: (error: unknown) => Promise<never>
}

/** Passes the turn on once nothing more is asked about the query. */
function endingOfTurn(transaction: OpenTransaction, { answered, failed }: QueryEnding): QueryEnding {
  const { turns } = transaction.held
  return {
    answered(answer) {
      turns.done()
      return answered(answer)
    },
    async failed(error) {
      try {
        return await failed(error)
      } catch (failure) {
        await transaction.noteFailure(error, failure)
        throw failure
      } finally {
        turns.done()
      }
    },
  }
}

const PLAIN_ENDING: RunEnding = {
  answered: (answer) => answer,
  failed: (error) => {
    throw error
  },
}

function isStreamHandler(value: unknown): value is (stream: unknown) => unknown {
  return typeof value === 'function'
}
