import type { JsonSchemaObject } from '../schema/json-schema.js'
import { referencesIn, ROOT, targetOf, withReferences } from '../schema/schema-references.js'

/** Names that a schema library made up for parts without one; they mean nothing outside of their document. */
const MADE_UP_NAME = /^(?:__schema\d*|\d+)$/

/** Whether a definition's name was made up, as is that of the root. */
export function isMadeUp(definition: string): boolean {
  return definition === ROOT || MADE_UP_NAME.test(definition)
}

/** One JSON Schema taken apart: its root, and the definitions that it brings along. */
export class SchemaDocument {
  readonly root: JsonSchemaObject
  readonly #definitions: ReadonlyMap<string, JsonSchemaObject>
  readonly #reachable = new Map<string, ReadonlySet<string>>()

  constructor(schema: JsonSchemaObject) {
    const { $defs, definitions, ...root } = schema
    this.root = root
    this.#definitions = new Map(Object.entries({ ...(definitions as Definitions), ...($defs as Definitions) }))
  }

  /** `undefined` for a definition that is not there. */
  definition(name: string): JsonSchemaObject | undefined {
    return name === ROOT ? this.root : this.#definitions.get(name)
  }

  /** The definitions that a schema of this document leads to, itself not counted unless it leads to itself. */
  reachableFrom(name: string): ReadonlySet<string> {
    const known = this.#reachable.get(name)
    if (known) return known
    const reached = new Set<string>()
    const visit = (from: string): void => {
      for (const reference of referencesIn(this.definition(from))) {
        const target = targetOf(reference)?.definition
        if (target === undefined || reached.has(target) || !this.definition(target)) continue
        reached.add(target)
        visit(target)
      }
    }
    visit(name)
    this.#reachable.set(name, reached)
    return reached
  }

  /**
   * A text that two definitions share when they say the same, in whichever documents they stand. Definitions with a name of
   * their own appear as `nameOf` calls them; parts whose name was made up are written out.
   */
  textOf(name: string, nameOf: (definition: string) => string): string {
    const open: string[] = []
    const write = (definition: string): string => {
      open.push(definition)
      const text = JSON.stringify(withReferences(this.definition(definition), rename))
      open.pop()
      return text
    }
    const rename = (reference: string): string => {
      const target = targetOf(reference)
      if (target === undefined || !this.definition(target.definition)) return reference
      const { definition, tail } = target
      if (!isMadeUp(definition)) return nameOf(definition) + tail
      const depth = open.indexOf(definition)
      return (depth === -1 ? write(definition) : `^${String(depth)}`) + tail
    }
    return write(name)
  }
}

type Definitions = Readonly<Record<string, JsonSchemaObject>> | undefined
