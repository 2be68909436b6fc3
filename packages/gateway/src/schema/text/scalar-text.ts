import { typeNameOf, type ValueForms } from './value-forms.js'

const NUMBER = /^-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/

/** What one text stands for, by the forms that its value may have; `undefined` where every text stays as it is. */
export function scalarOf({ types, literals }: ValueForms): ((text: string) => unknown) | undefined {
  // A text that may stay text stays text: "007" is not 7 where both are legal.
  if (types.has('string')) return undefined
  // A literal stands for its type: what else the client sends is refused as what it meant.
  const wanted = [...types, ...[...literals].map(typeNameOf)].filter((type) => type !== 'string')
  if (wanted.length === 0) return undefined
  const texts = [...literals].filter((literal) => typeof literal === 'string')
  if (texts.length === 0) return (text) => converted(text, wanted)
  return (text) => (texts.includes(text) ? text : converted(text, wanted))
}

function converted(text: string, types: readonly string[]): unknown {
  if (types.includes('boolean') && (text === 'true' || text === 'false')) return text === 'true'
  if (types.includes('null') && text === 'null') return null
  if (!(types.includes('number') || types.includes('integer')) || !NUMBER.test(text)) return text
  const value = Number(text)
  // A number that a double cannot hold would silently become another one.
  const isExact = Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))
  return isExact ? value : text
}
