import { describe, expect, test } from '@jest/globals'
import type { RestSchema } from '@modkit/core'
import * as z from 'zod'
import { jsonSchema, type JsonSchemaObject } from '../src/index.js'
import { rawExchange } from './support/raw-exchange.js'
import { serve } from './support/serve.js'

/** What an operation makes of queries: what its handler gets, or 422. */
async function queried(schema: RestSchema, ...searches: string[]): Promise<unknown[]> {
  await using served = await serve((rest) => {
    const answer = rest.get('/texts').public().query(schema).response(200, z.any())
    answer.handle(({ query }) => query)
  })
  const answers = searches.map(async (search) => {
    const response = await served.fetch(`/texts?${search}`)
    return response.ok ? await response.json() : response.status
  })
  return await Promise.all(answers)
}

const object = (schema: JsonSchemaObject): RestSchema => jsonSchema<unknown>({ type: 'object', ...schema })

describe('a query is converted', () => {
  test('item by item where its lists are tuples', async () => {
    const schema = z.object({ range: z.tuple([z.int(), z.boolean()]) })
    expect(await queried(schema, 'range=1&range=true', 'range=true&range=1')).toEqual([{ range: [1, true] }, 422])
  })

  test.each<[string, RestSchema]>([
    ['true or false', object({ properties: { a: true, b: { type: 'array', items: true }, c: false } })],
    ['what holds itself', z.object({ a: z.json(), b: z.json() })],
  ])('where its schemas say %s', async (_, schema) => {
    expect(await queried(schema, 'a=x&a=y&b=7')).toEqual([{ a: ['x', 'y'], b: ['7'] }])
  })

  test('where texts are legal only as literals', async () => {
    const schema = z.object({
      limit: z.union([z.int(), z.literal('all')]),
      mode: z.union([z.boolean(), z.enum(['auto'])]).optional(),
      steps: z.array(z.literal([1, 2, 'all'])).optional(),
    })
    expect(await queried(schema, 'limit=7&mode=true&steps=2&steps=all', 'limit=all&mode=auto', 'limit=none')).toEqual([
      { limit: 7, mode: true, steps: [2, 'all'] },
      { limit: 'all', mode: 'auto' },
      422,
    ])
  })

  test('by the choice that its literals name', async () => {
    const schema = z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('n'), value: z.int(), ids: z.array(z.int()).optional() }),
      z.object({ kind: z.literal('s'), value: z.string(), ids: z.int().optional() }),
    ])
    expect(await queried(schema, 'kind=n&value=7&ids=1', 'kind=s&value=7&ids=1', 'kind=n&value=x')).toEqual([
      { kind: 'n', value: 7, ids: [1] },
      { kind: 's', value: '7', ids: 1 },
      422,
    ])
  })

  test('by the list that all items fit', async () => {
    const schema = z.object({ a: z.union([z.array(z.int()), z.array(z.boolean())]) })
    expect(await queried(schema, 'a=1&a=2', 'a=true', 'a=1&a=true')).toEqual([{ a: [1, 2] }, { a: [true] }, 422])
  })

  test('also under names that its schema does not know', async () => {
    expect(await queried(z.record(z.string(), z.int()), 'a=1&b=2', 'a=x')).toEqual([{ a: 1, b: 2 }, 422])
    expect(await queried(z.object({ a: z.string() }).catchall(z.int()), 'a=1&b=2')).toEqual([{ a: '1', b: 2 }])
  })

  test('by definitions with slashes in their names', async () => {
    const schema = z.object({ a: z.int().meta({ id: 'texts/Int' }) })
    expect(await queried(schema, 'a=1')).toEqual([{ a: 1 }])
  })

  test.each<[string, JsonSchemaObject]>([
    ['a type beside a choice', { properties: { a: { type: 'integer', anyOf: [{ minimum: 9 }, { maximum: 5 }] } } }],
    ['a type beside what else holds', { properties: { a: { type: 'integer', allOf: [{ maximum: 10 }] } } }],
    ['a definition of a definition', { properties: { a: { $ref: '#/$defs/A' } } }],
    ['another property', { properties: { a: { $ref: '#/properties/b' }, b: { type: 'integer' } } }],
    ['what stands beside a reference', { $ref: '#/$defs/O', properties: { a: { type: 'integer' } } }],
  ])('by %s', async (_, schema) => {
    const $defs = { A: { $ref: '#/$defs/B' }, B: { type: 'integer' }, O: { properties: { b: { type: 'integer' } } } }
    expect(await queried(object({ ...schema, $defs }), 'a=1', 'a=x')).toEqual([{ a: 1 }, 422])
  })
})

describe('headers', () => {
  const Headers = z.object({ 'X-Tenant': z.string(), 'x-ids': z.array(z.int()).optional() })

  async function answerTo(lines: string): Promise<string> {
    await using served = await serve((rest) => {
      const answer = rest.get('/texts').public().headers(Headers).response(200, z.any())
      answer.handle(({ headers }) => headers)
    })
    return await rawExchange(served.port, `GET /texts HTTP/1.1\r\nhost: a\r\nconnection: close\r\n${lines}\r\n\r\n`)
  }

  test('are found whatever letters schema and client write, and called as in the schema', async () => {
    expect(await answerTo('x-TENANT: north')).toContain('{"X-Tenant":"north"}')
    expect(await answerTo('x-other: north')).toMatch(/ 422 [^]*"\/X-Tenant"/)
  })

  test.each(['X-Ids: 1, 2,3', 'X-Ids: 1\r\nx-ids: 2,3'])(
    'such as %j are lists where lists are wanted',
    async (lines) => {
      expect(await answerTo(`x-tenant: a,b\r\n${lines}`)).toContain('{"X-Tenant":"a,b","x-ids":[1,2,3]}')
    },
  )
})

test('a segment of a path is a list where one is wanted, and no text', async () => {
  await using served = await serve((rest) => {
    const schema = z.object({ ids: z.array(z.int()), names: z.union([z.string(), z.array(z.string())]) })
    const answer = rest.get('/texts/{ids}/{names}').public().params(schema).response(200, z.any())
    answer.handle(({ params }) => params)
  })
  expect(await (await served.fetch('/texts/1,2/a,b')).json()).toEqual({ ids: [1, 2], names: ['a,b'] })
  expect((await served.fetch('/texts/1,x/a')).status).toBe(422)
})

test('a query’s commas separate nothing', async () => {
  expect(await queried(z.object({ a: z.array(z.string()) }), 'a=1,2')).toEqual([{ a: ['1,2'] }])
})
