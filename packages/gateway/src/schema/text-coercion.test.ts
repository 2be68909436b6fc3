import { describe, expect, test } from '@jest/globals'
import { compileTextCoercion } from './text-coercion.js'

const coerce = (property: object, value: string | string[], definitions = {}): unknown =>
  compileTextCoercion({ properties: { value: property }, ...definitions })({ value })['value']

describe('a text becomes', () => {
  test.each<[string, object, { text: string | string[]; value: unknown }]>([
    ['a number', { type: 'number' }, { text: '-1.5e2', value: -150 }],
    ['an integer', { type: 'integer' }, { text: '42', value: 42 }],
    ['a boolean', { type: 'boolean' }, { text: 'false', value: false }],
    ['null', { type: ['number', 'null'] }, { text: 'null', value: null }],
    ['a list of one', { type: 'array', items: { type: 'number' } }, { text: '1', value: [1] }],
    ['a list', { type: 'array', items: { type: 'number' } }, { text: ['1', 'x'], value: [1, 'x'] }],
    ['a literal number', { const: 3 }, { text: '3', value: 3 }],
    ['one of several literals', { enum: [1, true] }, { text: 'true', value: true }],
    ['what an alternative asks for', { anyOf: [{ type: 'number' }, { type: 'boolean' }] }, { text: '1', value: 1 }],
    ['what the definition asks for', { $ref: '#/$defs/Limit' }, { text: '9', value: 9 }],
  ])('%s where the schema asks for it', (_, property, { text, value }) => {
    expect(coerce(property, text, { $defs: { Limit: { type: 'integer' } } })).toEqual(value)
  })
})

describe('a text stays text', () => {
  test.each<[string, object, string]>([
    ['where text is legal too', { type: ['string', 'number'] }, '007'],
    ['where nothing is said', {}, '1'],
    ['when it is no number', { type: 'number' }, '1px'],
    ['when it is hexadecimal', { type: 'number' }, '0x10'],
    ['when it is empty', { type: 'number' }, ''],
    ['when it is infinite', { type: 'number' }, '1e999'],
    ['when a number would lose digits', { type: 'integer' }, '9007199254740993'],
    ['when it is a number but a truth is asked for', { type: 'boolean' }, '1'],
  ])('%s', (_, property, text) => {
    expect(coerce(property, text)).toBe(text)
  })

  test('when it is repeated where one value is asked for', () => {
    expect(coerce({ type: 'number' }, ['1', '2'])).toEqual(['1', '2'])
  })
})

test('a name of a client’s cannot reach a prototype', () => {
  const values = compileTextCoercion({})(JSON.parse('{"__proto__":"x"}') as Record<string, string>)
  expect(Object.getPrototypeOf(values)).toBeNull()
  expect(Object.keys(values)).toEqual(['__proto__'])
})
