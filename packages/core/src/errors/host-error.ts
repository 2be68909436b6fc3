import { attempt } from './attempt.js'
import type { ErrorText } from './catalogue/error-text.js'
import { catalogue, type ErrorCode, type ErrorDetails } from './catalogue.js'
import { errorToJson, read, type HostErrorJson } from './error-json.js'

/** Shared by every copy of this package in the process, so that an error made by one is recognised by all. */
const BRAND = Symbol.for('modkit:host-error')

/** The typed details of a code of the catalogue; `unknown` for a code that a module's own contract defines. */
export type DetailsOf<C extends string> = C extends ErrorCode ? ErrorDetails<C> : unknown

/** What an error carries besides its code and details. */
export interface HostErrorOptions {
  /** What this error wraps. */
  readonly cause?: unknown
  /** The text of an error that is not in the catalogue; see `defineErrors`. */
  readonly text?: ErrorText
}

/**
 * The one error of the runtime: a `code` for programs, a `message` for people, a `hint` that says what to do next,
 * `details` as data, and the `cause` that it wraps. The codes stand in `docs/errors.md`.
 *
 * Recognise it with {@link HostError.is}, never with `instanceof`: two copies of the package may be loaded.
 */
export class HostError<C extends string = string> extends Error {
  readonly code: C
  /** What to do next. */
  readonly hint: string | undefined
  /** The facts behind the message, typed by the code. */
  readonly details: DetailsOf<C>

  constructor(code: C, details: DetailsOf<C>, options: HostErrorOptions = {}) {
    const text = options.text ?? textOf(code, details)
    super(text.message, 'cause' in options ? { cause: options.cause } : undefined)
    this.name = 'HostError'
    this.code = code
    this.hint = text.hint
    this.details = details
    Object.defineProperty(this, 'name', { enumerable: false })
  }

  get [BRAND](): true {
    return true
  }

  /** The error and, recursively, its causes and problems as plain data. Without stacks. */
  toJSON(): HostErrorJson {
    return errorToJson(this)
  }

  /**
   * Whether `error` itself, one of its causes or one of the problems that it collects is a host error (of this code).
   * Says nothing of the type of `error` itself: {@link HostError.find} gives the host error that is meant.
   */
  static is(error: unknown, code?: string): boolean {
    return HostError.find(error, code) !== undefined
  }

  /** The first host error (of this code) in `error`, its causes and the problems that it collects, outermost first. */
  static find<C extends ErrorCode>(error: unknown, code: C): HostError<C> | undefined
  static find(error: unknown, code?: string): HostError | undefined
  static find(error: unknown, code?: string): HostError | undefined {
    return findHostError(error, code, new Set())
  }
}

/** Whether `value` itself, not one of its causes, is a host error of any copy of this package. */
export function isHostError(value: unknown): value is HostError {
  return typeof value === 'object' && value !== null && attempt(() => BRAND in value, false)
}

function textOf(code: string, details: unknown): ErrorText {
  const entry = (catalogue as Readonly<Record<string, (typeof catalogue)[ErrorCode] | undefined>>)[code]
  if (!entry) throw new TypeError(`"${code}" is not a code of the catalogue; declare it with defineErrors().`)
  // The constructor's signature ties the details to the code.
  return entry.describe(details as never)
}

function findHostError(error: unknown, code: string | undefined, seen: Set<unknown>): HostError | undefined {
  if (typeof error !== 'object' || error === null || seen.has(error)) return undefined
  seen.add(error)
  if (isHostError(error) && (code === undefined || read(error, 'code') === code)) return error
  for (const inner of innerErrors(error)) {
    const found = findHostError(inner, code, seen)
    if (found) return found
  }
  return undefined
}

/** What an error holds: its cause, the problems of a collecting host error, the errors of an `AggregateError`. */
function innerErrors(error: object): readonly unknown[] {
  const details = read(error, 'details')
  const problems = typeof details === 'object' && details !== null ? read(details, 'problems') : undefined
  return [read(error, 'cause'), ...itemsOf(problems), ...itemsOf(read(error, 'errors'))]
}

function itemsOf(value: unknown): readonly unknown[] {
  return attempt(() => (Array.isArray(value) ? [...(value as unknown[])] : []), [])
}
