import { expect, test } from '@jest/globals'
import type { JsonSchemaObject } from './json-schema.js'
import { propertiesOf } from './object-properties.js'

const text = { type: 'string' }
const number = { type: 'number' }

const object = (properties: object, ...required: string[]): JsonSchemaObject => ({
  type: 'object',
  properties,
  required,
})

/** `{ name: [schema, isRequired] }`. */
function said(schema: JsonSchemaObject): object {
  return Object.fromEntries(
    [...propertiesOf(schema)].map(([name, property]) => [name, [property.schema, property.isRequired]]),
  )
}

test('an object has its properties, and another schema none', () => {
  expect(said(object({ a: text, b: number }, 'a'))).toEqual({ a: [text, true], b: [number, false] })
  expect(said({ type: 'string' })).toEqual({})
})

test('an object made of several has the properties of all, required where one of them requires it', () => {
  const schema = { ...object({ a: text }), allOf: [object({ a: text }, 'a'), object({ b: number })] }
  expect(said(schema)).toEqual({ a: [text, true], b: [number, false] })
})

test.each(['anyOf', 'oneOf'])('of a choice (%s) only what all require is required', (choice) => {
  const schema = { [choice]: [object({ a: text, b: text }, 'a', 'b'), object({ b: number, c: text }, 'b', 'c')] }
  expect(said(schema)).toEqual({ a: [text, false], b: [{ anyOf: [text, number] }, true], c: [text, false] })
})

test('what several say of one property differently holds at once', () => {
  const schema = { allOf: [object({ a: text }), object({ a: { minLength: 1 } }), object({ a: text })] }
  expect(said(schema)).toEqual({ a: [{ allOf: [text, { minLength: 1 }] }, false] })
})

test('references lead to their definitions, and one that leads back to itself ends', () => {
  const $defs = {
    Page: object({ page: number }, 'page'),
    Loop: { anyOf: [object({ a: text }, 'a'), { $ref: '#/$defs/Loop' }] },
  }
  expect(said({ $ref: '#/$defs/Page', $defs })).toEqual({ page: [number, true] })
  expect(said({ allOf: [{ $ref: '#/$defs/Page' }], $defs })).toEqual({ page: [number, true] })
  expect(said({ $ref: '#/$defs/Loop', $defs })).toEqual({ a: [text, false] })
  expect(said({ $ref: '#/$defs/Gone', $defs })).toEqual({})
})
