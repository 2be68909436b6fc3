import { HostError } from '@modkit/core'
import type { JsonSchemaObject } from '../schema/json-schema.js'
import { open } from '../schema/answer/open-schema.js'
import type { Direction } from '../schema/to-json-schema.js'
import { isMadeUp, SchemaDocument } from './schema-document.js'
import { ROOT, targetOf, withReferences } from '../schema/schema-references.js'

/** Where a schema is used. */
export interface SchemaUse {
  readonly module: string
  readonly route: string
  /** `body`, `query`, `response 200`. */
  readonly part: string
  readonly direction: Direction
}

/** What a module means by a name in one direction, and where it said so first. */
interface Meaning {
  readonly text: string
  /** The names, as the module calls them, of everything that it leads to. */
  readonly leadsTo: readonly string[]
  readonly use: SchemaUse
}

type Meanings = Partial<Record<Direction, Meaning>>

/**
 * The named schemas of the document.
 *
 * Two modules may use the same name; one module may not give a name to two different things. Where what comes in differs
 * from what goes out, by defaults for example, what comes in is called `.Input`. First everything is declared, then the
 * names are known: they do not depend on who comes first.
 */
export class ComponentStore {
  readonly #meanings = new Map<string, Meanings>()
  /** Which modules have declared a document already. */
  readonly #declared = new WeakMap<SchemaDocument, Set<string>>()
  readonly #schemas = new Map<string, JsonSchemaObject>()
  /** The components of parts without a name, by module and what they say. */
  readonly #unnamed = new Map<string, string>()
  #differing: ReadonlySet<string> | undefined

  /** Every named schema that something refers to, sorted by name. */
  get schemas(): Record<string, JsonSchemaObject> {
    return Object.fromEntries([...this.#schemas].sort(([a], [b]) => (a < b ? -1 : 1)))
  }

  /** Takes note of what a schema gives names to. What its module calls something else by the same name is a problem. */
  declare(schema: JsonSchemaObject, use: SchemaUse): HostError[] {
    const document = documentOf(schema, use)
    const modules = this.#declared.get(document) ?? new Set()
    if (modules.has(use.module)) return []
    this.#declared.set(document, modules.add(use.module))
    const named = [...document.reachableFrom(ROOT)].filter((definition) => !isMadeUp(definition))
    return named.flatMap((definition) => this.#note(definition, document, use) ?? [])
  }

  /** The schema as the document holds it: its definitions become components, and its references lead there. */
  localize(schema: JsonSchemaObject, use: SchemaUse): JsonSchemaObject {
    const document = documentOf(schema, use)
    return document.reachableFrom(ROOT).has(ROOT)
      ? { $ref: `#/components/schemas/${this.#component(ROOT, document, use)}` }
      : this.#resolve(ROOT, document, use)
  }

  #note(definition: string, document: SchemaDocument, use: SchemaUse): HostError | undefined {
    const name = nameIn(use.module, definition)
    const meanings = this.#meanings.get(name) ?? {}
    const known = meanings[use.direction]
    const text = document.textOf(definition, (other) => other)
    if (known !== undefined) return known.text === text ? undefined : contradiction(definition, known.use, use)
    const named = [...document.reachableFrom(definition)].filter((other) => !isMadeUp(other))
    meanings[use.direction] = { text, leadsTo: named.map((other) => nameIn(use.module, other)), use }
    this.#meanings.set(name, meanings)
    return undefined
  }

  #resolve(definition: string, document: SchemaDocument, use: SchemaUse): JsonSchemaObject {
    const rename = (reference: string): string => {
      const target = targetOf(reference)
      if (target === undefined || !document.definition(target.definition)) return reference
      return `#/components/schemas/${this.#component(target.definition, document, use)}${target.tail}`
    }
    return withReferences(document.definition(definition), rename) as JsonSchemaObject
  }

  /** The component that stands for a definition, made where it does not exist. */
  #component(definition: string, document: SchemaDocument, use: SchemaUse): string {
    const name = isMadeUp(definition)
      ? this.#unnamedComponent(definition, document, use)
      : this.#nameOf(definition, use)
    if (!this.#schemas.has(name)) {
      // It may refer to itself.
      this.#schemas.set(name, {})
      this.#schemas.set(name, this.#resolve(definition, document, use))
    }
    return name
  }

  #nameOf(definition: string, { module, direction }: SchemaUse): string {
    const name = nameIn(module, definition)
    this.#differing ??= this.#namesThatDiffer()
    return direction === 'input' && this.#differing.has(name) ? this.#free(`${name}.Input`) : name
  }

  #unnamedComponent(definition: string, document: SchemaDocument, use: SchemaUse): string {
    const text = document.textOf(definition, (other) => this.#nameOf(other, use))
    const key = `${use.module} ${text}`
    const known = this.#unnamed.get(key)
    if (known !== undefined) return known
    let number = 1
    while (this.#schemas.has(`${use.module}.Schema${String(number)}`) || this.#isNamed(use.module, number)) number++
    const name = `${use.module}.Schema${String(number)}`
    this.#unnamed.set(key, name)
    return name
  }

  #isNamed(module: string, number: number): boolean {
    return this.#meanings.has(`${module}.Schema${String(number)}`)
  }

  /** The name, unless somebody chose just this one. */
  #free(name: string): string {
    return this.#meanings.has(name) ? this.#free(`${name}_`) : name
  }

  /** What does not mean the same in both directions, by itself or by something that it leads to. */
  #namesThatDiffer(): ReadonlySet<string> {
    const both = [...this.#meanings].filter(([, { input, output }]) => input !== undefined && output !== undefined)
    const differing = new Set(
      both.filter(([, { input, output }]) => input?.text !== output?.text).map(([name]) => name),
    )
    // What is led to is everything, at any distance: one pass finds them all.
    const led = both.filter(([, { output }]) => output?.leadsTo.some((name) => differing.has(name)))
    return new Set([...differing, ...led.map(([name]) => name)])
  }
}

/** Schemas are shared between operations, and so is what was found out about them. */
const documents = {
  input: new WeakMap<JsonSchemaObject, SchemaDocument>(),
  output: new WeakMap<JsonSchemaObject, SchemaDocument>(),
}

function documentOf(schema: JsonSchemaObject, { direction }: SchemaUse): SchemaDocument {
  const known = documents[direction].get(schema)
  if (known) return known
  const document = new SchemaDocument(direction === 'output' ? open(schema) : schema)
  documents[direction].set(schema, document)
  return document
}

function nameIn(module: string, definition: string): string {
  return `${module}.${definition.replace(/[^A-Za-z0-9._-]/g, '_')}`
}

function contradiction(definition: string, first: SchemaUse, second: SchemaUse): HostError {
  const { route, module, part } = second
  const other = first.route === route ? `its ${first.part}` : `the ${first.part} of ${first.route}`
  const reason = `its ${part} calls a schema "${definition}" as ${other} does, but the two differ; rename one of them`
  return new HostError('ROUTE_INVALID', { route, module, reason })
}
