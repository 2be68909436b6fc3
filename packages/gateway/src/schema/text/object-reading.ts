import type { JsonSchemaObject } from '../json-schema.js'
import { leastConverted } from './least-converted.js'
import type { Way } from './schema-ways.js'
import { coerceBy, compileValueReading, type ReadingPlace, type Texts, type ValueReading } from './value-reading.js'

/** Texts by name, as paths, queries and headers carry them. */
export type TextValues = Readonly<Record<string, Texts | undefined>>

/** How the properties of an object are read. */
export interface PropertyReadings {
  readonly named: ReadonlyMap<string, ValueReading>
  /** Of properties that no schema names; `undefined` where nothing is said of their values. */
  readonly others: ValueReading | undefined
}

/** One of the choices that a schema leaves for an object. */
export interface ObjectChoice extends PropertyReadings {
  readonly required: readonly string[]
  /** Nothing is legal but what it names. */
  readonly isClosed: boolean
}

/** What is said of each property in any of the ways: where they differ, either may be meant. */
export function compileProperties(ways: readonly Way[], place: ReadingPlace): PropertyReadings {
  const others = saidIn(ways, undefined)
  return {
    named: new Map(namesIn(ways).map((name) => [name, compileValueReading({ anyOf: saidIn(ways, name) }, place)])),
    others: others.length === 0 ? undefined : compileValueReading({ anyOf: others }, place),
  }
}

/** @param all what is said in any of the choices, by which an open one reads the properties that it says nothing of */
export function compileChoice(way: Way, all: PropertyReadings, place: ReadingPlace): ObjectChoice {
  const own = compileProperties([way], place)
  const isClosed = way.some(isClosedSchema)
  const isSilent = !isClosed && own.others === undefined
  const foreign = isSilent ? [...all.named].map(([name, reading]) => [name, takingAll(reading)] as const) : []
  return {
    named: new Map([...foreign, ...own.named]),
    others: isSilent && all.others ? takingAll(all.others) : own.others,
    required: way.flatMap(({ required }) => (Array.isArray(required) ? (required as string[]) : [])),
    isClosed,
  }
}

/** What the texts stand for by a choice that they fit, as far as names, types and literals say; else `undefined`. */
export function readByChoices(
  choices: readonly ObjectChoice[],
  values: TextValues,
): Record<string, unknown> | undefined {
  const legal = choices.map((choice) => readByChoice(choice, values)).filter((reading) => reading !== undefined)
  return leastConverted(legal, values)
}

function readByChoice(
  { named, others, required, isClosed }: ObjectChoice,
  values: TextValues,
): Record<string, unknown> | undefined {
  if (required.some((name) => values[name] === undefined)) return undefined
  const read = Object.create(null) as Record<string, unknown>
  for (const [name, texts] of Object.entries(values)) {
    if (texts === undefined) continue
    const reading = named.get(name) ?? others
    const value = coerceBy(reading?.coerce, texts)
    if (reading ? !reading.takes(value) : isClosed) return undefined
    read[name] = value
  }
  return read
}

function takingAll(reading: ValueReading): ValueReading {
  return { ...reading, takes: () => true }
}

function namesIn(ways: readonly Way[]): string[] {
  return [...new Set(ways.flat().flatMap((schema) => Object.keys(propertiesIn(schema))))]
}

/**
 * What each way says of a property, of one without a name where it is `undefined`. A schema that forbids other properties
 * means those that none of its companions names.
 */
function saidIn(ways: readonly Way[], name: string | undefined): unknown[] {
  const said = ways.map((way) => way.flatMap((schema) => saidBySchema(schema, name)))
  const schemas = said.filter(({ length }) => length > 0)
  return [...new Set(schemas.map((parts) => (parts.length === 1 ? parts[0] : { allOf: parts })))]
}

function saidBySchema(schema: JsonSchemaObject, name: string | undefined): unknown[] {
  const properties = propertiesIn(schema)
  if (name !== undefined && Object.hasOwn(properties, name)) return [properties[name]]
  const { additionalProperties: others } = schema
  return typeof others === 'object' && others !== null && !hasPatterns(schema) ? [others] : []
}

function propertiesIn({ properties }: JsonSchemaObject): Readonly<Record<string, unknown>> {
  return typeof properties === 'object' && properties !== null ? (properties as Readonly<Record<string, unknown>>) : {}
}

function isClosedSchema(schema: JsonSchemaObject): boolean {
  return schema['additionalProperties'] === false && !hasPatterns(schema)
}

/** Some names are of neither kind then. */
function hasPatterns(schema: JsonSchemaObject): boolean {
  return 'patternProperties' in schema
}
