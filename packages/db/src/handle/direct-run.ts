import type { BuiltQuery, DialectClient, Statement } from './dialect-client.js'

export interface DirectRunOptions {
  readonly client: DialectClient
  readonly query: BuiltQuery
  readonly connection: unknown
  readonly ending: RunEnding
}

/** What follows on a run: it calls one of the two, once, so that nothing takes a promise of its own. */
export interface RunEnding {
  /** Gives what the one who waits is to have. */
  readonly answered: (answer: unknown) => unknown
  /** Throws, or rejects with, what the one who waits is to catch. */
  readonly failed: (error: unknown) => unknown
}

/**
 * A query that runs on a connection as by Knex's own runner, with the same events and the same log, but without the
 * asynchronous functions which that runner is made of: they make three times as many promises, and as long as a transaction is
 * open Node 20 calls a hook for each.
 *
 * What makes something of its answer itself, or has a time limit, is left to Knex.
 */
export class DirectRun {
  readonly #options: DirectRunOptions

  constructor(options: DirectRunOptions) {
    this.#options = options
  }

  run(): Promise<unknown> {
    const { client, query } = this.#options
    try {
      query.emit('start', query)
      const compiled = query.toSQL()
      if (query._debug === true) client.logger.debug(compiled)
      const statement = plainStatement(compiled)
      return statement === undefined ? this.#leaveToKnex(compiled) : this.#ask(statement)
    } catch (error) {
      return this.#reject(error)
    }
  }

  #leaveToKnex(compiled: Statement | readonly Statement[]): Promise<unknown> {
    const { client, query, connection } = this.#options
    const runner = client.runner(query)
    runner.connection = connection
    return runner.queryArray([compiled].flat() as readonly Statement[]).then(
      (answer) => this.#end(answer),
      (error: unknown) => this.#options.ending.failed(error),
    )
  }

  #ask(statement: Statement): Promise<unknown> {
    const { client, query, connection } = this.#options
    this.#tell('query', statement)
    statement.queryContext = query.queryContext()
    return client.query(connection, statement).then(
      (response) => this.#read(response, statement),
      (error: unknown) => this.#refuse(error, statement),
    )
  }

  #read(response: unknown, statement: Statement): unknown {
    const { client } = this.#options
    let answer: unknown
    try {
      answer = client.postProcessResponse(client.processResponse(response), statement.queryContext)
      this.#tell('query-response', statement, answer)
    } catch (error) {
      return this.#refuse(error, statement)
    }
    return this.#end(answer)
  }

  #end(answer: unknown): unknown {
    const { query, ending } = this.#options
    try {
      query.emit('end')
    } catch (error) {
      return ending.failed(error)
    }
    return ending.answered(answer)
  }

  #refuse(error: unknown, statement: Statement): unknown {
    const { ending } = this.#options
    try {
      this.#tell('query-error', statement, error)
    } catch (thrown) {
      return ending.failed(thrown)
    }
    return ending.failed(error)
  }

  async #reject(error: unknown): Promise<unknown> {
    return await this.#options.ending.failed(error)
  }

  #tell(event: string, statement: Statement, ...first: unknown[]): void {
    const { query, connection } = this.#options
    if (query.listenerCount(event) === 0) return
    const { __knexUid, __knexTxId } = connection as { readonly __knexUid?: unknown; readonly __knexTxId?: unknown }
    query.emit(event, ...first, { __knexUid, __knexTxId, ...statement }, query)
  }
}

/** The one statement of most queries; `undefined` where there are more, or something else is to be done about it. */
function plainStatement(compiled: Statement | readonly Statement[]): Statement | undefined {
  if (Array.isArray(compiled)) return undefined
  const statement = compiled as Statement
  return statement.output === undefined && !statement.timeout ? statement : undefined
}
