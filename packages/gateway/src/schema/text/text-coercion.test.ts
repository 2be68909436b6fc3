import { describe, expect, test } from '@jest/globals'
import { compileTextCoercion } from './text-coercion.js'

const coerce = (property: object, value: string | string[], definitions = {}): unknown =>
  compileTextCoercion({ properties: { value: property }, ...definitions })({ value })['value']

const integer = { type: 'integer' }
const truth = { type: 'boolean' }
const list = (schema: object): object => ({ type: 'array', ...schema })

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
    ['a number beside literal texts', { anyOf: [{ type: 'integer' }, { const: 'all' }] }, { text: '7', value: 7 }],
    ['one of several literals of any type', { enum: [1, 'all', null] }, { text: ['null'], value: ['null'] }],
    ['an item by its place', list({ prefixItems: [integer, {}], items: false }), { text: ['1', '2'], value: [1, '2'] }],
    [
      'a list that all items fit',
      { anyOf: [list({ items: integer }), list({ items: truth })] },
      { text: 'true', value: [true] },
    ],
    ['one value where no list fits', { anyOf: [list({ items: truth }), integer] }, { text: '1', value: 1 }],
    [
      'the literal beside a list',
      { anyOf: [list({ items: integer }), { const: 'all' }] },
      { text: 'all', value: 'all' },
    ],
    ['what the definition asks for', { $ref: '#/$defs/Limit' }, { text: '9', value: 9 }],
  ])('%s where the schema asks for it', (_, property, { text, value }) => {
    expect(coerce(property, text, { $defs: { Limit: { type: 'integer' } } })).toEqual(value)
  })
})

describe('a text stays text', () => {
  test.each<[string, object, string]>([
    ['where text is legal too', { type: ['string', 'number'] }, '007'],
    ['where nothing is said', {}, '1'],
    ['where it is a literal', { anyOf: [{ type: 'number' }, { const: '007' }] }, '007'],
    ['where anything is legal', { anyOf: [{ type: 'number' }, {}] }, '7'],
    ['where nothing is', { type: 'integer', allOf: [false] }, '7'],
    ['where types contradict each other', { type: 'integer', allOf: [{ type: 'boolean' }] }, '7'],
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

test('a list that holds itself is no item of its own', () => {
  const List = list({ items: { anyOf: [integer, { $ref: '#/$defs/List' }] } })
  expect(coerce({ $ref: '#/$defs/List' }, ['1', 'x'], { $defs: { List } })).toEqual([1, 'x'])
})

describe('an object with choices', () => {
  const choice = (properties: object, more: object = {}): object => ({
    properties,
    required: Object.keys(properties),
    ...more,
  })
  const read = (anyOf: object[], values: Record<string, string>): object => ({
    ...compileTextCoercion({ anyOf })(values),
  })

  test('is read by the one that has all that it requires', () => {
    const choices = [choice({ page: integer }), choice({ page: { type: 'string' }, q: {} })]
    expect(read(choices, { page: '7' })).toEqual({ page: 7 })
    expect(read(choices, { page: '7', q: '1' })).toEqual({ page: '7', q: '1' })
  })

  test('is read by none that knows less than there is, and allows no more', () => {
    const choices = [choice({ a: integer }, { additionalProperties: false }), choice({ a: truth, b: integer })]
    expect(read(choices, { a: 'true', b: '1' })).toEqual({ a: true, b: 1 })
    expect(read(choices, { a: '1', b: '1' })).toEqual({ a: 1, b: 1 })
  })

  test('is read by the one that leaves the most texts as they are', () => {
    const choices = [choice({ a: integer, b: integer }), choice({ a: integer, b: { type: 'string' } })]
    expect(read(choices, { a: '1', b: '2' })).toEqual({ a: 1, b: '2' })
  })

  test('is read as far as any choice says where one says nothing of a name', () => {
    const choices = [choice({ a: integer }), choice({ b: integer }, { additionalProperties: truth })]
    expect(read(choices, { a: '1', b: '2', c: 'true' })).toEqual({ a: 1, b: 2, c: true })
  })
})

test('a name of a client’s cannot reach a prototype', () => {
  const values = compileTextCoercion({})(JSON.parse('{"__proto__":"x"}') as Record<string, string>)
  expect(Object.getPrototypeOf(values)).toBeNull()
  expect(Object.keys(values)).toEqual(['__proto__'])
})
