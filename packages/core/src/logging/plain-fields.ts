import type { LogFields } from '../context/logger.js'
import { isErrorLike, messageOf } from '../errors/error-json.js'
import { errorForLog } from './error-for-log.js'
import { redactText } from './secret-text.js'
import { isSecretKey, REDACTED } from './secrets.js'

/** Somebody will log a request or a socket: neither may become a line of megabytes. */
const MAX_DEPTH = 10
const MAX_VALUES = 5_000
const MAX_TEXT_LENGTH = 32_768

/**
 * The fields as data that JSON can say, with secrets hidden. What is plain and harmless already is returned as it is,
 * never copied; nothing that was given is changed.
 */
export function plainFields(fields: LogFields): LogFields {
  return new PlainReader().readFields(fields)
}

/** One value of a field; see {@link plainFields}. */
export function plainValue(value: unknown): unknown {
  return new PlainReader().read(value)
}

/** Whether the value under this key must not be shown. What is absent, or only true or false, gives nothing away. */
export function isSecret(key: string, value: unknown): boolean {
  return value != null && typeof value !== 'boolean' && isSecretKey(key)
}

/** Reads one value; counts how much it has read and knows where it is, so that cycles and giants end. */
class PlainReader {
  #valuesLeft = MAX_VALUES
  readonly #path: object[] = []

  readFields(fields: LogFields): LogFields {
    const plain = this.read(fields)
    return typeof plain === 'object' && plain !== null ? (plain as LogFields) : { fields: plain }
  }

  read(value: unknown): unknown {
    this.#valuesLeft--
    switch (typeof value) {
      case 'string':
        return clip(redactText(value))
      case 'number':
        return Number.isFinite(value) ? value : String(value)
      case 'bigint':
      case 'symbol':
        return String(value)
      case 'function':
        return `[function ${value.name}]`
      case 'object':
        return value === null ? null : this.#readObject(value)
      default:
        return value
    }
  }

  #readObject(value: object): unknown {
    if (this.#path.includes(value)) return '[circular]'
    if (this.#path.length >= MAX_DEPTH) return '[too deep]'
    this.#path.push(value)
    try {
      return this.#readInside(value)
    } catch (error) {
      // A getter, a proxy or a toJSON of the user's threw; the rest of the line is still worth writing.
      return `[unreadable: ${messageOf(error)}]`
    } finally {
      this.#path.pop()
    }
  }

  #readInside(value: object): unknown {
    if (isErrorLike(value)) return this.#readEntries(errorForLog(value))
    if (Array.isArray(value)) return this.#readItems(value)
    if (value instanceof Set) return this.#readItems([...(value as Set<unknown>)])
    if (value instanceof Map) return this.#readEntries(Object.fromEntries(value as Map<string, unknown>))
    if (ArrayBuffer.isView(value)) return `[${String(value.byteLength)} bytes]`
    if (!('toJSON' in value) || typeof value.toJSON !== 'function') return this.#readEntries(value)
    const json: unknown = (value.toJSON as () => unknown)()
    return json === value ? this.#readEntries(value) : this.read(json)
  }

  #readItems(items: readonly unknown[]): readonly unknown[] {
    let copy: unknown[] | undefined
    for (const [index, item] of items.entries()) {
      if (this.#valuesLeft <= 0) return [...(copy ?? items).slice(0, index), more(items.length - index)]
      const plain = this.read(item)
      if (plain === item) continue
      copy ??= [...items]
      copy[index] = plain
    }
    return copy ?? items
  }

  #readEntries(value: object): object {
    let copy: Record<string, unknown> | undefined
    const entries = Object.entries(value)
    for (const [index, [key, item]] of entries.entries()) {
      if (this.#valuesLeft <= 0) return cutEntries(copy ?? value, index)
      const plain = isSecret(key, item) ? REDACTED : this.read(item)
      if (plain === item) continue
      copy ??= Object.fromEntries(entries)
      copy[key] = plain
    }
    return copy ?? value
  }
}

function cutEntries(value: object, count: number): object {
  const entries = Object.entries(value)
  return { ...Object.fromEntries(entries.slice(0, count)), '...': more(entries.length - count) }
}

function more(count: number): string {
  return `[${String(count)} more]`
}

function clip(text: string): string {
  if (text.length <= MAX_TEXT_LENGTH) return text
  return `${text.slice(0, MAX_TEXT_LENGTH)}[${String(text.length - MAX_TEXT_LENGTH)} more characters]`
}
