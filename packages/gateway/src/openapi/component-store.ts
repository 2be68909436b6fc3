import { HostError } from '@modkit/core'
import type { JsonSchemaObject } from '../schema/json-schema.js'
import { open } from '../schema/response-serializer.js'
import type { Direction } from '../schema/to-json-schema.js'

/** Where a schema is used. */
export interface SchemaUse {
  readonly module: string
  readonly route: string
  readonly direction: Direction
}

interface Component {
  /** What was named, to tell it from others of the name. */
  readonly text: string
  readonly directions: Set<Direction>
  schema: JsonSchemaObject
}

const DEFINITION_REFERENCE = '#/$defs/'
const ROOT_REFERENCE = '#'

/** Names that a schema library made up for parts without one; they mean nothing outside of their document. */
const MADE_UP_NAME = /^__schema\d*$/

/**
 * The named schemas of the document. Two modules may use the same name; one module may not give a name to two different
 * things. Where what comes in differs from what goes out, by defaults for example, each has an entry.
 */
export class ComponentStore {
  readonly #components = new Map<string, Component>()

  /** Every named schema, sorted by name. */
  get schemas(): Record<string, JsonSchemaObject> {
    const sorted = [...this.#components].sort(([a], [b]) => (a < b ? -1 : 1))
    return Object.fromEntries(sorted.map(([name, { schema }]) => [name, schema]))
  }

  /**
   * The schema as the document holds it: its `$defs` become components, and its references lead there.
   *
   * @throws HostError `ROUTE_INVALID` when the module uses a name for two different schemas
   */
  localize(schema: JsonSchemaObject, use: SchemaUse): JsonSchemaObject {
    const { $defs = {}, ...root } = use.direction === 'output' ? open(schema) : schema
    const definitions = new Map(Object.entries($defs as Record<string, JsonSchemaObject>))
    const names = new Map<string, string>()
    for (const [name, definition] of definitions)
      names.set(DEFINITION_REFERENCE + name, this.#claim(name, definition, use))
    if (JSON.stringify(root).includes(`"$ref":"${ROOT_REFERENCE}"`))
      names.set(ROOT_REFERENCE, this.#claimFreeName(root, use))
    for (const [name, definition] of definitions) this.#fill(names.get(DEFINITION_REFERENCE + name), definition, names)
    this.#fill(names.get(ROOT_REFERENCE), root, names)
    return names.has(ROOT_REFERENCE)
      ? { $ref: reference(ROOT_REFERENCE, names) }
      : (withReferences(root, names) as JsonSchemaObject)
  }

  #fill(component: string | undefined, schema: JsonSchemaObject, names: ReadonlyMap<string, string>): void {
    const entry = component === undefined ? undefined : this.#components.get(component)
    if (entry) entry.schema = withReferences(schema, names) as JsonSchemaObject
  }

  /** The component that stands for a definition, made where it does not exist. */
  #claim(name: string, definition: JsonSchemaObject, use: SchemaUse): string {
    if (MADE_UP_NAME.test(name)) return this.#claimFreeName(definition, use)
    const shared = `${use.module}.${name.replace(/[^A-Za-z0-9._-]/g, '_')}`
    if (this.#tryClaim(shared, definition, use.direction)) return shared
    const own = `${shared}.${use.direction === 'input' ? 'Input' : 'Output'}`
    const isTaken = this.#components.get(shared)?.directions.has(use.direction) === true
    if (!isTaken && this.#tryClaim(own, definition, use.direction)) return own
    const reason = `it calls a schema "${name}", as another operation of the module does, but the two differ`
    throw new HostError('ROUTE_INVALID', { route: use.route, module: use.module, reason })
  }

  #claimFreeName(definition: JsonSchemaObject, use: SchemaUse): string {
    let number = 1
    while (!this.#tryClaim(`${use.module}.Schema${String(number)}`, definition, use.direction)) number++
    return `${use.module}.Schema${String(number)}`
  }

  #tryClaim(component: string, schema: JsonSchemaObject, direction: Direction): boolean {
    const text = JSON.stringify(schema)
    const entry = this.#components.get(component) ?? { text, directions: new Set(), schema }
    if (entry.text !== text) return false
    entry.directions.add(direction)
    this.#components.set(component, entry)
    return true
  }
}

function withReferences(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((item) => withReferences(item, names))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, item]) => [
    key,
    key === '$ref' && typeof item === 'string' ? reference(item, names) : withReferences(item, names),
  ])
  return Object.fromEntries(entries)
}

function reference(target: string, names: ReadonlyMap<string, string>): string {
  const component = names.get(target)
  return component === undefined ? target : `#/components/schemas/${component}`
}
