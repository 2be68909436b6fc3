import { isNativeError } from 'node:util/types'
import type { HostErrorJson } from './host-error.js'

/** How deep causes and problems are followed; deeper ones are left out, as is what was already met on the way. */
const MAX_DEPTH = 16

/** Any thrown value as plain data: name, message, code, hint, details and, recursively, cause and problems. Without stacks. */
export function errorToJson(error: unknown): HostErrorJson {
  return errorJson(error, [])
}

function errorJson(error: unknown, path: readonly unknown[]): HostErrorJson {
  if (!isErrorLike(error)) return { name: 'NonError', message: describeValue(error) }
  const { name, message, code, hint, details, cause } = error as Partial<Record<keyof HostErrorJson, unknown>>
  const inside = [...path, error]
  return {
    name: String(name),
    message: String(message),
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
  if (value instanceof Date) return value.toISOString()
  const inside = [...path, value]
  if (Array.isArray(value)) return value.map((item) => plain(item, inside))
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item, inside)]))
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
  return isNativeError(value) || value instanceof Error || value instanceof DOMException
}

/** Any thrown value as an `Error`, itself where it is one. */
export function toError(value: unknown): Error {
  return isErrorLike(value) ? value : new Error(`A non-error was thrown: ${describeValue(value)}.`, { cause: value })
}

/** The message of any thrown value. */
export function messageOf(value: unknown): string {
  return isErrorLike(value) ? value.message : describeValue(value)
}

function describeValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'function') return `function ${value.name || '(anonymous)'}`
  if (typeof value !== 'object' || value === null) return String(value)
  try {
    return JSON.stringify(value)
  } catch {
    // A cycle, a BigInt or a throwing toJSON: the kind of the value is all that can be said.
    return Object.prototype.toString.call(value)
  }
}
