import { parseDuration } from '@modkit/core/spi'
import type { ConfigProblems } from './config-problems.js'

/** How the value of one parameter is read. */
export interface Parameter<T> {
  /** What is legal, for messages. */
  readonly legal: string
  /** `undefined` where the value is not legal. */
  read(value: string): Partial<T> | undefined
}

export interface ParametersOf<T> {
  /** `SQLite`, for messages. */
  readonly of: string
  readonly table: Readonly<Record<string, Parameter<T>>>
  readonly defaults: T
  /** Takes what the table does not know; without it, that is a problem. */
  readonly others?: (name: string, value: string) => Partial<T> | undefined
}

/**
 * The settings out of `params` and the query of a DSN. Names in either letter case, with `-` for `_` where people write it so.
 *
 * @param section where the module's section stands, for messages
 */
export function readParameters<T>(
  params: Iterable<readonly [string, string]>,
  { of, table, defaults, others }: ParametersOf<T>,
  { section, problems }: { readonly section: string; readonly problems: ConfigProblems },
): T {
  let settings = defaults
  for (const [given, value] of params) {
    const name = given.toLowerCase().replaceAll('-', '_')
    const parameter = Object.hasOwn(table, name) ? table[name] : undefined
    const read = parameter ? parameter.read(value) : others?.(name, value)
    if (read === undefined && parameter) problems.invalid(section, `the parameter "${name}" must be ${parameter.legal}`)
    else if (read === undefined)
      problems.unknown(section, { name, reason: `"${given}" is not a parameter of ${of}`, known: Object.keys(table) })
    settings = { ...settings, ...read }
  }
  return settings
}

export function textParameter<T>(make: (value: string) => Partial<T>): Parameter<T> {
  return { legal: 'a text that is not empty', read: (value) => (value === '' ? undefined : make(value)) }
}

export function choiceParameter<T, W extends string>(words: readonly W[], make: (word: W) => Partial<T>): Parameter<T> {
  return {
    legal: `one of ${words.join(', ')}`,
    read: (value) => {
      const word = words.find((legal) => legal === value.toLowerCase().replaceAll('_', '-'))
      return word === undefined ? undefined : make(word)
    },
  }
}

export function switchParameter<T>(make: (isOn: boolean) => Partial<T>): Parameter<T> {
  return {
    legal: 'true, false, 1 or 0',
    read: (value) => (/^(?:true|false|0|1)$/i.test(value) ? make(/^(?:true|1)$/i.test(value)) : undefined),
  }
}

/** A duration such as `5s`; a bare number counts `unitMs` milliseconds each, as the engine's own tools take it. */
export function durationParameter<T>(unitMs: number, make: (ms: number) => Partial<T>): Parameter<T> {
  return {
    legal: `a duration such as 5s, or a number of ${unitMs === 1 ? 'milliseconds' : 'seconds'}; 0 for none`,
    read: (value) => {
      if (/^\d{1,9}$/.test(value)) return make(Number(value) * unitMs)
      try {
        return make(parseDuration(value, 'the parameter'))
      } catch {
        // What is legal is said with the parameter's name.
        return undefined
      }
    },
  }
}
