import { describe, expect, jest, test } from '@jest/globals'
import * as z from 'zod'
import type { JsonSchemaObject } from '../json-schema.js'
import { compileSerializer } from './response-serializer.js'

const User = z.object({ id: z.int() })
const ada = { id: 1, passwordHash: 'x' }

class Entity {
  readonly id = 1
  readonly passwordHash = 'x'
}

function sent(schema: z.ZodType | JsonSchemaObject, value: unknown): unknown {
  const document = schema instanceof z.ZodType ? (z.toJSONSchema(schema) as JsonSchemaObject) : schema
  return JSON.parse(compileSerializer(document)(value))
}

describe('of a tuple', () => {
  const user = { type: 'object', properties: { id: { type: 'integer' } } }

  test.each<[string, z.ZodType | JsonSchemaObject, { value: unknown; json: unknown }]>([
    ['at the top', z.tuple([User, z.string()]), { value: [ada, 'a'], json: [{ id: 1 }, 'a'] }],
    ['in a property', z.object({ pair: z.tuple([User]) }), { value: { pair: [ada] }, json: { pair: [{ id: 1 }] } }],
    ['in a list', z.array(z.tuple([User])), { value: [[ada], [ada]], json: [[{ id: 1 }], [{ id: 1 }]] }],
    ['in a map', z.record(z.string(), z.tuple([User])), { value: { a: [ada] }, json: { a: [{ id: 1 }] } }],
    ['that may be null', z.tuple([User]).nullable(), { value: [ada], json: [{ id: 1 }] }],
    ['that is null', z.tuple([User]).nullable(), { value: null, json: null }],
    ['with a rest', z.tuple([z.string()]).rest(User), { value: ['a', ada, ada], json: ['a', { id: 1 }, { id: 1 }] }],
    ['that may be shorter', z.tuple([z.string(), User.optional()]), { value: ['a'], json: ['a'] }],
    [
      'that is as long as may be',
      z.tuple([z.string(), User.optional()]),
      { value: ['a', ada], json: ['a', { id: 1 }] },
    ],
    ['that misses one within', z.tuple([User.optional(), z.string()]), { value: [undefined, 'a'], json: [null, 'a'] }],
    ['of null or more', z.tuple([User.nullable(), User]), { value: [null, ada], json: [null, { id: 1 }] }],
    ['of anything', z.tuple([z.unknown()]), { value: [ada], json: [ada] }],
    ['that is empty', z.tuple([]), { value: [], json: [] }],
    ['of objects of a class', z.tuple([User]), { value: [new Entity()], json: [{ id: 1 }] }],
    ['of a date', z.tuple([z.iso.datetime()]), { value: [new Date(0)], json: ['1970-01-01T00:00:00.000Z'] }],
    ['of tuples', z.tuple([z.tuple([User])]), { value: [[ada]], json: [[{ id: 1 }]] }],
    ['of choices', z.tuple([z.union([z.string(), User])]), { value: [ada], json: [{ id: 1 }] }],
    [
      'in an intersection',
      z.intersection(z.object({ a: z.tuple([User]) }), z.object({ b: z.int() })),
      { value: { a: [ada], b: 1, c: 2 }, json: { a: [{ id: 1 }], b: 1 } },
    ],
    ['closed by items', { type: 'array', prefixItems: [user], items: false }, { value: [ada], json: [{ id: 1 }] }],
    ['without a type', { prefixItems: [user] }, { value: [ada, ada], json: [{ id: 1 }] }],
    ['with more of anything', { prefixItems: [user], items: true }, { value: [ada, ada], json: [{ id: 1 }, ada] }],
    [
      'behind a reference',
      { $defs: { Pair: { type: 'array', prefixItems: [user] } }, type: 'array', items: { $ref: '#/$defs/Pair' } },
      { value: [[ada]], json: [[{ id: 1 }]] },
    ],
    [
      'that only a condition names',
      { type: 'object', if: { required: ['pair'] }, then: { properties: { pair: { prefixItems: [user] } } } },
      { value: { pair: [ada] }, json: { pair: [{ id: 1 }] } },
    ],
  ])('%s only the declared is sent', (_, schema, { value, json }) => {
    expect(sent(schema, value)).toEqual(json)
  })

  test('elements beyond its places are left out, also where it is one of several choices', () => {
    expect(sent(z.tuple([User]), [ada, 'more'])).toEqual([{ id: 1 }])
    expect(sent(z.tuple([User]).nullable(), [ada, 'more'])).toEqual([{ id: 1 }])
  })

  test('a part that refers to the whole is sent to its end', () => {
    const Node = z.object({
      id: z.int(),
      get next() {
        return z.tuple([Node]).nullable()
      },
    })
    const value = { id: 1, secret: 1, next: [{ id: 2, secret: 1, next: null }] }
    expect(sent(Node, value)).toEqual({ id: 1, next: [{ id: 2, next: null }] })
  })

  test('what is no list is refused', () => {
    expect(() => sent(z.tuple([User]), ada)).toThrow(TypeError)
  })

  test('a property beside it is required, has its default and its description as before', () => {
    const schema = z.object({ note: z.string().default('none'), pair: z.tuple([User]) })
    const withDefault = { ...z.toJSONSchema(schema), required: ['pair'] }
    expect(sent(withDefault, { pair: [ada] })).toEqual({ note: 'none', pair: [{ id: 1 }] })
    expect(() => sent(withDefault, {})).toThrow('"pair" is required!')
  })

  test('names that only a pattern describes are sent', () => {
    const schema = { type: 'object', properties: { pair: { prefixItems: [user] } }, patternProperties: { '^x-': user } }
    expect(sent(schema, { pair: [ada], 'x-a': ada, 'x-b': undefined, y: 1 })).toEqual({
      pair: [{ id: 1 }],
      'x-a': { id: 1 },
    })
  })
})

describe('of several choices', () => {
  const Short = z.strictObject({ id: z.int() })
  const Long = z.strictObject({ id: z.int(), name: z.string() })
  const full = { id: 1, name: 'declared' }

  test.each<[string, z.ZodType]>([
    ['strict objects', z.union([Short, Long])],
    ['objects', z.union([User, z.object({ id: z.int(), name: z.string() })])],
    ['exclusive objects', z.xor([Short, Long])],
  ])('%s the first is taken that fits as it is written', (_, schema) => {
    expect(sent(schema, full)).toEqual(full)
    expect(sent(schema, { id: 1 })).toEqual({ id: 1 })
    expect(sent(z.object({ list: z.array(schema) }), { list: [full] })).toEqual({ list: [full] })
  })

  test('none fits as it is written: the first is taken that fits without what is not declared', () => {
    expect(sent(z.union([Long, Short]), { ...full, passwordHash: 'x' })).toEqual(full)
    expect(sent(z.union([z.xor([Short, Long]), z.null()]), ada)).toEqual({ id: 1 })
    const Kinds = z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('a'), at: z.iso.datetime() }),
      z.object({ kind: z.literal('b'), user: User }),
    ])
    expect(sent(Kinds, { kind: 'b', user: ada })).toEqual({ kind: 'b', user: { id: 1 } })
    expect(sent(Kinds, { kind: 'a', at: new Date(0), more: 1 })).toEqual({ kind: 'a', at: '1970-01-01T00:00:00.000Z' })
  })

  test('they may refer to each other and to definitions, and have more only within', () => {
    const Leaf = z.strictObject({ id: z.int() }).meta({ id: 'Leaf' })
    const Branch = z
      .strictObject({
        id: z.int(),
        get kids() {
          return z.array(z.union([Leaf, Branch]))
        },
      })
      .meta({ id: 'Branch' })
    const value = {
      id: 1,
      kids: [
        { id: 2, kids: [] },
        { id: 3, secret: 1 },
      ],
    }
    expect(sent(z.union([Leaf, Branch]), value)).toEqual({ id: 1, kids: [{ id: 2, kids: [] }, { id: 3 }] })
  })

  test('what stands beside them is sent as well', () => {
    const schema = {
      type: 'object',
      properties: { id: { type: 'integer' } },
      anyOf: [Short, Long].map((choice) => z.toJSONSchema(choice) as object),
    }
    expect(sent(schema, { ...full, secret: 1 })).toEqual({ id: 1 })
    expect(sent(schema, full)).toEqual(full)
  })

  test('none fits: it is refused', () => {
    expect(() => sent(z.union([Short, Long]), { id: 'x' })).toThrow('fits none of the choices')
  })

  test('that say no type, nothing is told to stderr', () => {
    const warn = jest.spyOn(console, 'warn').mockImplementation(() => undefined)
    try {
      expect(sent({ anyOf: [{ properties: { id: { type: 'integer' } } }, { minItems: 1 }] }, ada)).toEqual({ id: 1 })
      expect(warn).not.toHaveBeenCalled()
    } finally {
      warn.mockRestore()
    }
  })
})
