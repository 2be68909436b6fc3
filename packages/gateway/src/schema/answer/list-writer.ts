import type { JsonSchemaObject } from '../json-schema.js'

/** Writes the JSON text of a part of an answer. */
export type Write = (value: unknown) => string

/**
 * Writes lists, each element as the schema says for its place. Elements beyond a tuple's places are left out, unless the
 * schema says what they are.
 */
export function listWriter({ prefixItems, items }: JsonSchemaObject, writerOf: (part: unknown) => Write): Write {
  const places = ((prefixItems as unknown[] | undefined) ?? []).map(writerOf)
  const rest = items === undefined || items === false ? undefined : writerOf(items)
  return (value) => {
    const list = value as readonly unknown[]
    const declared = rest ? list : list.slice(0, places.length)
    const written = declared.map((element, index) => {
      const write = places[index] ?? rest
      return element === undefined || write === undefined ? 'null' : write(element)
    })
    return `[${written.join(',')}]`
  }
}
