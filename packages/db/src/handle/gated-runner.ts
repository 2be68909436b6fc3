import type { Readable, Writable } from 'node:stream'
import { type Cancellation, runCancellable } from './cancellable-query.js'
import { endStreamOnAbort } from './cancellable-stream.js'
import type { BuiltQuery, DialectClient, KnexRunner, QueryRunner } from './dialect-client.js'
import { DirectRun, type RunEnding } from './direct-run.js'
import type { QueryGate } from './query-gate.js'
import { tellIfSlow } from './slow-queries.js'

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
    const { enter, fail, connection, cancellation } = this.#gate
    try {
      enter()
    } catch (error) {
      return fail(error)
    }
    const ending = this.#ending()
    if (cancellation !== undefined) return this.#runCancellable(cancellation).then(ending.answered, ending.failed)
    return connection === undefined ? this.#runOnPool(ending) : this.#runOn(connection, ending)
  }

  stream(...args: unknown[]): unknown {
    this.#gate.enter()
    const runner = this.#streamRunner()
    const handler = args.at(-1)
    const ending = <T>(stream: T): T => this.#endingOnAbort(stream, runner)
    if (!isStreamHandler(handler)) return ending(runner.stream(...args))
    const withEnd = (stream: unknown): unknown => handler(ending(stream))
    return runner.stream(...args.slice(0, -1), withEnd)
  }

  pipe(target: unknown, ...options: unknown[]): unknown {
    return (this.stream(...options) as Readable).pipe(target as Writable)
  }

  #ending(): RunEnding {
    const { fail, slow } = this.#gate
    if (slow === undefined) return { answered: same, failed: fail }
    const startedAtMs = slow.clock.monotonic()
    const tell = (): void => tellIfSlow(this.#query, startedAtMs, slow)
    return {
      answered: (answer) => {
        tell()
        return answer
      },
      failed: (error) => {
        tell()
        return fail(error)
      },
    }
  }

  async #runOnPool({ answered, failed }: RunEnding): Promise<unknown> {
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

  async #runCancellable(cancellation: Cancellation): Promise<unknown> {
    const place = { source: this.#client, connection: this.#gate.connection }
    return await runCancellable((connection) => this.#runOn(connection, PLAIN_ENDING), place, cancellation)
  }

  #runOn(connection: unknown, ending: RunEnding): Promise<unknown> {
    return new DirectRun({ client: this.#client, query: this.#query, connection, ending }).run()
  }

  #streamRunner(): KnexRunner {
    const { connection } = this.#gate
    if (connection === undefined) return this.#client.runner(this.#query)
    const runner = keeping(this.#client).runner(this.#query)
    runner.connection = connection
    return runner
  }

  #endingOnAbort<T>(stream: T, runner: KnexRunner): T {
    const { cancellation } = this.#gate
    if (cancellation !== undefined) endStreamOnAbort(stream as Readable, runner as never, cancellation)
    return stream
  }
}

/** A stream gives its connection back when it ends; that of a transaction is not its own. */
function keeping(client: DialectClient): DialectClient {
  return Object.assign(Object.create(client) as DialectClient, { releaseConnection: () => Promise.resolve() })
}

const same = <T>(answer: T): T => answer

const PLAIN_ENDING: RunEnding = {
  answered: same,
  failed: (error) => {
    throw error
  },
}

function isStreamHandler(value: unknown): value is (stream: unknown) => unknown {
  return typeof value === 'function'
}
