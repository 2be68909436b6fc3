import type { JsonSchemaObject } from './json-schema.js'
import { unescapeStep } from './json-pointer.js'

/** What a reference such as `#`, `#/$defs/User` or `#/properties/owner` leads to; `undefined` where nothing is there. */
export function resolvePointer(reference: string, root: JsonSchemaObject): JsonSchemaObject | undefined {
  if (reference !== '#' && !reference.startsWith('#/')) return undefined
  let place: unknown = root
  for (const step of reference.split('/').slice(1)) place = stepInto(place, step)
  return isSchemaObject(place) ? place : undefined
}

/** Whether it is a schema that says something: `true` and `false` are schemas too. */
export function isSchemaObject(value: unknown): value is JsonSchemaObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function stepInto(place: unknown, step: string): unknown {
  if (typeof place !== 'object' || place === null) return undefined
  const name = [step, unescapeStep(step)].find((name) => Object.hasOwn(place, name))
  return name === undefined ? undefined : (place as Readonly<Record<string, unknown>>)[name]
}
