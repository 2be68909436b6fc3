import { isNativeError } from 'node:util/types'
import { attempt } from './attempt.js'

/** A host error as plain data: what logs, reports and the wire carry. */
export interface HostErrorJson {
  readonly name: string
  readonly message: string
  readonly code?: string
  readonly hint?: string
  readonly details?: unknown
  readonly cause?: unknown
}

/** How deep causes and problems are followed; deeper ones are left out, as is what was already met on the way. */
const MAX_DEPTH = 16

/** Stands for what throws when it is looked at. */
const UNREADABLE = '[unreadable]'

/**
 * Any thrown value as plain data: name, message, code, hint, details and, recursively, cause and problems. Without stacks.
 * Never throws, whatever the value does when it is read.
 */
export function errorToJson(error: unknown): HostErrorJson {
  return errorJson(error, [])
}

function errorJson(error: unknown, path: readonly unknown[]): HostErrorJson {
  if (!isErrorLike(error)) return { name: 'NonError', message: describeValue(error) }
  const [name, message, code, hint] = (['name', 'message', 'code', 'hint'] as const).map((key) => read(error, key))
  const [details, cause] = [read(error, 'details'), read(error, 'cause')]
  const inside = [...path, error]
  return {
    name: textOf(name),
    message: textOf(message),
    ...(typeof code === 'string' && { code }),
    ...(typeof hint === 'string' && { hint }),
    ...(details !== undefined && { details: plain(details, inside) }),
    ...(cause !== undefined && { cause: plain(cause, inside) }),
  }
}

/** A copy of plain data in which every error stands as its JSON. What JSON cannot say is said as text. */
function plain(value: unknown, path: readonly unknown[]): unknown {
  if (typeof value !== 'object' || value === null) return primitive(value)
  if (path.includes(value) || path.length > MAX_DEPTH) return '[seen above]'
  if (isErrorLike(value)) return errorJson(value, path)
  return attempt(() => plainObject(value, [...path, value]), UNREADABLE)
}

function plainObject(value: object, inside: readonly unknown[]): unknown {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString()
  if (Array.isArray(value)) return value.map((item) => plain(item, inside))
  return Object.fromEntries(Object.keys(value).map((key) => [key, plain(read(value, key), inside)]))
}

/** A property of a value that may throw when it is read. */
export function read(value: object, key: PropertyKey): unknown {
  return attempt((): unknown => Reflect.get(value, key), UNREADABLE)
}

/** What should be a text, as one. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : describeValue(value)
}

function primitive(value: unknown): unknown {
  return typeof value === 'bigint' || typeof value === 'symbol' || typeof value === 'function'
    ? describeValue(value)
    : value
}

/**
 * An error of this realm or another one (`instanceof` fails across realms and test environments). What an aborted signal
 * throws is a `DOMException`, which is no native error and belongs to the realm of the platform.
 */
export function isErrorLike(value: unknown): value is Error {
  return isNativeError(value) || attempt(() => value instanceof Error || value instanceof DOMException, false)
}

/** Any thrown value as an `Error`, itself where it is one. */
export function toError(value: unknown): Error {
  return isErrorLike(value) ? value : new Error(`A non-error was thrown: ${describeValue(value)}.`, { cause: value })
}

/** The message of any thrown value. */
export function messageOf(value: unknown): string {
  return isErrorLike(value) ? textOf(read(value, 'message')) : describeValue(value)
}

function describeValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'function') return `function ${nameOf(value) || '(anonymous)'}`
  if (typeof value !== 'object' || value === null) return String(value)
  // A cycle, a BigInt or a throwing toJSON: then the kind of the value is all that can be said.
  const json = attempt((): unknown => JSON.stringify(value), undefined)
  return typeof json === 'string' ? json : attempt(() => Object.prototype.toString.call(value), UNREADABLE)
}

function nameOf(value: object): string {
  const name = read(value, 'name')
  return typeof name === 'string' ? name : ''
}
