import type { ConfigProblems } from './config-problems.js'

/** A section of the configuration as a plain map; `undefined`, and a problem, where it is something else. */
export function asMap(
  value: unknown,
  section: string,
  problems: ConfigProblems,
): Readonly<Record<string, unknown>> | undefined {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  problems.invalid(section, `it must be a map, not ${value === null ? 'empty' : nameOf(value)}`)
  return undefined
}

/** Reads the known keys of one section; a key with a wrong value is a problem and reads as absent. */
export class SectionReader {
  readonly section: string
  readonly problems: ConfigProblems
  readonly #values: Readonly<Record<string, unknown>>

  constructor(values: Readonly<Record<string, unknown>>, section: string, problems: ConfigProblems) {
    this.#values = values
    this.section = section
    this.problems = problems
  }

  /** Reports every key that is not one of `known`. */
  rejectUnknownKeys(known: readonly string[]): void {
    for (const key of Object.keys(this.#values)) {
      if (known.includes(key)) continue
      this.problems.unknown(this.section, { key, name: key, reason: `it has no key "${key}"`, known })
    }
  }

  text(key: string): string | undefined {
    return this.#read(key, 'a text', (value) => (typeof value === 'string' ? value : undefined))
  }

  boolean(key: string): boolean | undefined {
    return this.#read(key, 'true or false', (value) => (typeof value === 'boolean' ? value : undefined))
  }

  integer(key: string, range: { readonly min: number; readonly max: number }): number | undefined {
    return this.#read(key, `an integer from ${String(range.min)} to ${String(range.max)}`, (value) =>
      Number.isInteger(value) && Number(value) >= range.min && Number(value) <= range.max ? Number(value) : undefined,
    )
  }

  choice<T extends string>(key: string, words: readonly T[]): T | undefined {
    return this.#read(key, `one of ${words.join(', ')}`, (value) => words.find((word) => word === value))
  }

  /** A map of texts; numbers and booleans count as their text. */
  texts(key: string): Readonly<Record<string, string>> | undefined {
    const map = this.map(key)
    if (!map) return undefined
    const texts: Record<string, string> = {}
    for (const [name, value] of Object.entries(map)) {
      if (['string', 'number', 'boolean'].includes(typeof value)) texts[name] = String(value)
      else
        this.problems.invalid(`${this.section}.${key}`, `"${name}" must be a text, not ${nameOf(value)}`, { key: name })
    }
    return texts
  }

  map(key: string): Readonly<Record<string, unknown>> | undefined {
    const value = this.#values[key]
    return value === undefined ? undefined : asMap(value, `${this.section}.${key}`, this.problems)
  }

  /** A value that `parse` understands; what it throws becomes the problem. */
  parsed<T>(key: string, parse: (value: unknown) => T): T | undefined {
    const value = this.#values[key]
    if (value === undefined) return undefined
    try {
      return parse(value)
    } catch (error) {
      this.problems.invalid(this.section, `"${key}": ${error instanceof Error ? error.message : 'it is not legal'}`, {
        key,
      })
      return undefined
    }
  }

  #read<T>(key: string, expected: string, pick: (value: unknown) => T | undefined): T | undefined {
    const value = this.#values[key]
    if (value === undefined) return undefined
    const picked = pick(value)
    // The value stays out of the message: it may be a password in the wrong place.
    if (picked === undefined)
      this.problems.invalid(this.section, `"${key}" must be ${expected}, not ${nameOf(value)}`, { key })
    return picked
  }
}

function nameOf(value: unknown): string {
  if (typeof value === 'string') return 'this text'
  if (value === null) return 'empty'
  return Array.isArray(value) ? 'a list' : `a ${typeof value === 'object' ? 'map' : typeof value}`
}
