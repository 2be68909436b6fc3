import { STATUS_CODES } from 'node:http'

/** The media type of a {@link Problem} on the wire. */
export const PROBLEM_CONTENT_TYPE = 'application/problem+json'

/** Shared by every copy of this package in the process. */
const BRAND = Symbol.for('modkit:problem')

/** One thing that is wrong with a request. */
export interface ProblemField {
  /** Which part of the request. */
  readonly in: 'params' | 'query' | 'headers' | 'body'
  /** JSON pointer to the field within that part; empty for the part as a whole. */
  readonly field: string
  readonly message: string
  readonly code?: string
}

/** The members of a problem (RFC 9457), and the headers of its response. */
export interface ProblemOptions {
  /** HTTP status, 400 to 599. */
  readonly status: number
  /** Short and the same for every occurrence. Default: the status's own words. */
  readonly title?: string
  /** A URI that names the kind of problem. Default `about:blank`. */
  readonly type?: string
  /** What happened this time, for the client's eyes. */
  readonly detail?: string
  /** For programs. */
  readonly code?: string
  readonly errors?: readonly ProblemField[]
  /** Response headers that go with it, for example `retry-after`. */
  readonly headers?: Readonly<Record<string, string>>
  /** For the log only; clients never see it. */
  readonly cause?: unknown
}

/**
 * An error that is meant for the client: thrown by a handler, sent as `application/problem+json` (RFC 9457).
 *
 * Recognise it with {@link Problem.is}, never with `instanceof`: two copies of the package may be loaded.
 */
export class Problem extends Error {
  readonly status: number
  readonly title: string
  readonly type: string
  readonly detail: string | undefined
  readonly code: string | undefined
  readonly errors: readonly ProblemField[] | undefined
  readonly headers: Readonly<Record<string, string>>

  /** A status outside 400 to 599 becomes 500: an answer that is no error cannot be thrown. */
  constructor(options: ProblemOptions) {
    const isErrorStatus = Number.isInteger(options.status) && options.status >= 400 && options.status <= 599
    const status = isErrorStatus ? options.status : 500
    const title = options.title ?? STATUS_CODES[status] ?? 'Error'
    super(options.detail ?? title, 'cause' in options ? { cause: options.cause } : undefined)
    this.name = 'Problem'
    this.status = status
    this.title = title
    this.type = options.type ?? 'about:blank'
    this.detail = options.detail
    this.code = options.code
    this.errors = options.errors
    this.headers = options.headers ?? {}
    Object.defineProperty(this, 'name', { enumerable: false })
  }

  get [BRAND](): true {
    return true
  }

  /** Whether `value` is a problem, of any copy of this package. */
  static is(value: unknown): value is Problem {
    return typeof value === 'object' && value !== null && BRAND in value
  }
}
