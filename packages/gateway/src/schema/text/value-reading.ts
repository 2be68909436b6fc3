import { leastConverted } from './least-converted.js'
import type { JsonSchemaObject } from '../json-schema.js'
import { scalarOf } from './scalar-text.js'
import { schemaList } from '../schema-object.js'
import type { Way } from './schema-ways.js'
import { formsOf, takesScalar, type ValueForms } from './value-forms.js'

/** One text, or several under one name. */
export type Texts = string | readonly string[]

/** What the texts of a value stand for. What does not fit stays text. */
export type Coerce = (texts: Texts) => unknown

/** How one value is read. */
export interface ValueReading {
  /** `undefined` where texts stay as they are. */
  readonly coerce: Coerce | undefined
  /** Whether what came of it is legal, as far as types and literals say. */
  readonly takes: (value: unknown) => boolean
  /** Whether lists are asked for by name. */
  readonly isList: boolean
}

/** How a list is written: as one text for each item, or also as one text with commas between them. */
export type ListStyle = 'repeated' | 'separated'

export interface ReadingPlace {
  /** The document that references lead through. */
  readonly root: JsonSchemaObject
  readonly lists: ListStyle
  /** The lists that the value is in. None of them is its own item: no text says how deep it would be. */
  readonly above?: Way
}

export function compileValueReading(schema: unknown, place: ReadingPlace): ValueReading {
  const forms = formsOf(schema, place.root)
  const { above = [] } = place
  const ways = forms.lists.filter((way) => !way.some((part) => above.includes(part)))
  if (ways.length === 0) return scalarReading(forms)
  const lists = ways.map((way) => compileListReading(way, place))
  return {
    coerce: coercionOfLists(lists, forms, place.lists),
    isList: true,
    takes: (value) => (Array.isArray(value) ? lists.some((list) => list.takes(value)) : takesScalar(forms, value)),
  }
}

export function coerceBy(coerce: Coerce | undefined, texts: Texts): unknown {
  return coerce ? coerce(texts) : texts
}

function scalarReading(forms: ValueForms): ValueReading {
  const scalar = scalarOf(forms)
  return {
    coerce: scalar && ((texts) => (typeof texts === 'string' ? scalar(texts) : texts)),
    isList: false,
    takes: (value) => (Array.isArray(value) ? forms.isOpen : takesScalar(forms, value)),
  }
}

type ReadItems = (items: readonly string[], texts: Texts) => unknown

interface ListReading {
  readonly read: (texts: readonly string[]) => unknown[]
  readonly takes: (values: readonly unknown[]) => boolean
}

function compileListReading(way: Way, place: ReadingPlace): ListReading {
  const within = { ...place, above: [...(place.above ?? []), ...way] }
  const itemAt = (index: number): ValueReading =>
    compileValueReading({ allOf: way.map((list) => itemSchema(list, index)) }, within)
  const ownPlaces = Math.max(...way.map((list) => schemaList(list['prefixItems']).length))
  const first = Array.from({ length: ownPlaces }, (_, index) => itemAt(index))
  const others = itemAt(ownPlaces)
  return {
    read: (texts) => texts.map((text, index) => coerceBy((first[index] ?? others).coerce, text)),
    takes: (values) => values.every((value, index) => (first[index] ?? others).takes(value)),
  }
}

function itemSchema({ prefixItems, items = true }: JsonSchemaObject, index: number): unknown {
  return schemaList(prefixItems)[index] ?? items
}

function coercionOfLists(lists: readonly ListReading[], forms: ValueForms, style: ListStyle): Coerce {
  const itemsOf = splitting(forms, style)
  const isOnlyList = forms.types.size === 0 && forms.literals.size === 0
  const [first] = lists
  const read = isOnlyList && lists.length === 1 && first ? first.read : readingOneOf(lists, forms)
  // Whoever parses forms in front of the gateway may make objects of them.
  return (texts) => (typeof texts === 'string' || Array.isArray(texts) ? read(itemsOf(texts), texts) : texts)
}

/** By the list that all items fit, or as a scalar where none is. */
function readingOneOf(lists: readonly ListReading[], forms: ValueForms): ReadItems {
  const scalar = scalarOf(forms)
  return (items, texts) => {
    const read = lists.map((list) => ({ list, values: list.read(items) }))
    const legal = read.filter(({ list, values }) => list.takes(values)).map(({ values }) => values)
    const single = typeof texts === 'string' && scalar ? scalar(texts) : texts
    return leastConverted(legal, items) ?? (takesScalar(forms, single) ? single : read[0]?.values)
  }
}

function splitting(forms: ValueForms, style: ListStyle): (texts: Texts) => readonly string[] {
  // Where a text is legal as it is, nobody knows whether its commas separate anything.
  const isSeparated = style === 'separated' && !forms.types.has('string')
  const itemsIn = (text: string): string[] => (isSeparated ? text.split(',').map((item) => item.trim()) : [text])
  return (texts) => (typeof texts === 'string' ? itemsIn(texts) : texts)
}
