import { expect, test } from '@jest/globals'
import { schemaObjection } from './schema-objection.js'

test.each<[unknown, string]>([
  [{ items: [{}] }, '/items is a list; draft 2020-12 calls it prefixItems'],
  [{ properties: { a: { type: 'strin' } } }, '/properties/a/type names no type: "strin"'],
  [{ type: ['string', 7] }, '/type names no type: 7'],
  [{ anyOf: [{}, { not: null }] }, '/anyOf/1/not is neither an object nor true or false'],
  [{ oneOf: [] }, '/oneOf is no list of schemas'],
  [{ properties: [] }, '/properties is no object of schemas'],
  [{ required: 'a' }, '/required is no list of names'],
  [{ $ref: 1 }, '/$ref is no text'],
  ['string', 'it is neither an object nor true or false'],
])('%j is no JSON Schema', (document, objection) => {
  expect(schemaObjection(document)).toBe(objection)
})

test.each([
  [true],
  [{ type: ['string', 'null'], const: { type: 'strin' } }],
  [{ properties: { items: { enum: [[]] }, required: true }, required: [], items: false, prefixItems: [{}] }],
  [{ $defs: { A: { $ref: '#' } }, anyOf: [{ $ref: '#/$defs/A' }], additionalProperties: false, unknown: 1 }],
])('%j is one', (document) => {
  expect(schemaObjection(document)).toBeUndefined()
})
