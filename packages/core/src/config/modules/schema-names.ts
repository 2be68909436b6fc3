import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { ConfigNode, MapNode } from '../tree/config-tree.js'
import { withoutSource } from '../tree/config-tree.js'
import { FoldedNames, camelCase } from '../tree/name-matching.js'

/** A schema that can say its input as JSON Schema. */
interface SchemaWithJsonForm {
  readonly jsonSchema?: { input(options: { readonly target: string }): unknown }
}

type JsonSchema = Readonly<Record<string, unknown>>

/** Whether some key in the tree was guessed from the name of an environment variable. */
export function hasGuessedNames(node: ConfigNode): boolean {
  return node.kind === 'map' && [...node.entries.values()].some((child) => child.guessed ?? hasGuessedNames(child))
}

/** What the schema accepts, as JSON Schema; `undefined` where it cannot say. */
export function jsonSchemaOf(schema: StandardSchemaV1): JsonSchema | undefined {
  // An extension of the standard that libraries may offer.
  const { jsonSchema } = schema['~standard'] as SchemaWithJsonForm
  try {
    const json = jsonSchema?.input({ target: 'draft-2020-12' })
    return isObject(json) ? json : undefined
  } catch {
    // A schema with a part that JSON cannot say, such as a transform. Names are then guessed.
    return undefined
  }
}

/** The tree with guessed keys spelled as the schema's properties are. */
export function spellBySchema(node: ConfigNode, root: JsonSchema): ConfigNode {
  return spell(node, [root], root)
}

/** The properties that the schema knows of the object at this path; none where it leads through lists or free keys. */
export function propertyNamesAt(root: JsonSchema, path: readonly PropertyKey[]): readonly string[] {
  let schemas: readonly JsonSchema[] = [root]
  for (const key of path) {
    const below = schemas.flatMap((schema) => propertiesOf(schema, root, new Set()))
    schemas = below.filter(([name]) => name === key).map(([, schema]) => schema)
  }
  return [...new Set(schemas.flatMap((schema) => propertiesOf(schema, root, new Set()).map(([name]) => name)))]
}

function spell(node: ConfigNode, schemas: readonly JsonSchema[], root: JsonSchema): ConfigNode {
  if (node.kind !== 'map' || !hasGuessedNames(node)) return node
  const properties = schemas.flatMap((schema) => propertiesOf(schema, root, new Set()))
  const known = new FoldedNames(properties.map(([name]) => name))
  return renamed(node, (key, child) => {
    const name = (child.guessed && known.find(key)) ?? key
    const below = properties.filter(([property]) => property === name).map(([, schema]) => schema)
    return [name, spell(child, below, root)]
  })
}

/** The tree with guessed keys in camel case. */
export function spellInCamelCase(node: ConfigNode): ConfigNode {
  if (node.kind !== 'map') return node
  return renamed(node, (key, child) => [child.guessed ? camelCase(key) : key, spellInCamelCase(child)])
}

function renamed(node: MapNode, rename: (key: string, child: ConfigNode) => [string, ConfigNode]): MapNode {
  return { ...withoutSource(node), entries: new Map([...node.entries].map(([key, child]) => rename(key, child))) }
}

/** The properties that an object may have, through references and combinations; each part once, as schemas may be circular. */
function propertiesOf(schema: JsonSchema, root: JsonSchema, seen: Set<JsonSchema>): [string, JsonSchema][] {
  if (seen.has(schema)) return []
  seen.add(schema)
  const own = isObject(schema['properties']) ? Object.entries(schema['properties']) : []
  const parts = [
    ...['anyOf', 'oneOf', 'allOf'].flatMap((word) => schema[word] ?? []),
    referenceOf(schema['$ref'], root),
  ]
  return [
    ...own.filter((property): property is [string, JsonSchema] => isObject(property[1])),
    ...parts.filter(isObject).flatMap((part) => propertiesOf(part, root, seen)),
  ]
}

function referenceOf(reference: unknown, root: JsonSchema): JsonSchema | undefined {
  if (typeof reference !== 'string' || !reference.startsWith('#')) return undefined
  let target: unknown = root
  for (const key of reference.split('/').slice(1)) target = isObject(target) ? target[key] : undefined
  return isObject(target) ? target : undefined
}

function isObject(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null
}
