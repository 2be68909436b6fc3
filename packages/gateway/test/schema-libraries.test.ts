import { describe, expect, test } from '@jest/globals'
import { toStandardJsonSchema } from '@valibot/to-json-schema'
import type { RestSchema } from '@modkit/core'
import Type from 'typebox'
import * as v from 'valibot'
import * as z from 'zod'
import { jsonSchema, typebox } from '../src/index.js'
import { restModule, serve, unstarted } from './support/serve.js'

interface Body {
  id: string
  age: number
}

const plain = {
  type: 'object',
  required: ['id', 'age'],
  properties: { id: { type: 'string', format: 'uuid' }, age: { type: 'integer' } },
}

const libraries: readonly [string, RestSchema<Body>][] = [
  ['zod', z.object({ id: z.uuid(), age: z.int() })],
  [
    'valibot',
    toStandardJsonSchema(v.object({ id: v.pipe(v.string(), v.uuid()), age: v.pipe(v.number(), v.integer()) })),
  ],
  ['TypeBox', typebox(Type.Object({ id: Type.String({ format: 'uuid' }), age: Type.Integer() }))],
  ['JSON Schema', jsonSchema<Body>(plain)],
]

const id = '8c0e3c1a-5a0b-4b46-8a0c-9b6d2f6c1d11'

describe.each(libraries)('a schema of %s', (_, schema) => {
  test('converts the query, validates the body and serialises the answer', async () => {
    await using served = await serve((rest) =>
      rest
        .post('/echo')
        .public()
        .query(schema)
        .body(schema)
        .response(200, schema)
        .handle(({ query, body }) => ({ ...body, age: query.age, secret: 1 })),
    )
    const good = await served.send(`POST /echo?id=${id}&age=7`, { id, age: 1 })
    expect([good.status, await good.json()]).toEqual([200, { id, age: 7 }])
    const bad = await served.send(`POST /echo?id=${id}&age=x`, { id: 'x' })
    const { errors } = (await bad.json()) as { errors: { in: string; field: string }[] }
    expect([bad.status, errors.map((error) => `${error.in}${error.field}`).sort()]).toEqual([
      422,
      ['body/age', 'body/id', 'query/age'],
    ])
  })
})

test.each([
  [9_998, 100],
  [99_998, 1],
])('of %i values that are all wrong a JSON Schema tells %i', async (count, told) => {
  const schema = jsonSchema<{ list: string[] }>({
    type: 'object',
    properties: { list: { type: 'array', items: { type: 'string' } } },
  })
  await using served = await serve((rest) =>
    rest
      .post('/lists')
      .public()
      .body(schema)
      .response(204)
      .handle(() => undefined),
  )
  const response = await served.send('POST /lists', { list: Array(count).fill(0) })
  const { errors } = (await response.json()) as { errors: { field: string }[] }
  expect([response.status, errors.length, errors[0]?.field]).toEqual([422, told, '/list/0'])
})

test('defaults of a JSON Schema are filled in', async () => {
  const query = jsonSchema<{ limit: number }>({
    type: 'object',
    properties: { limit: { type: 'integer', default: 5 } },
  })
  await using served = await serve((rest) =>
    rest
      .get('/list')
      .public()
      .query(query)
      .response(200, query)
      .handle((input) => input.query),
  )
  expect(await (await served.fetch('/list')).json()).toEqual({ limit: 5 })
})

test('a document that is no JSON Schema ends the start', async () => {
  const schema = jsonSchema({ type: 'array', items: [{ type: 'string' }] })
  const declaring = restModule('users', (rest) =>
    rest
      .post('/echo')
      .public()
      .body(schema)
      .response(204)
      .handle(() => undefined),
  )
  const field = 'body'
  const reason = 'it is no JSON Schema: /items is a list; draft 2020-12 calls it prefixItems'
  await expect(unstarted({ modules: [declaring] }).start()).rejects.toMatchObject({
    cause: { code: 'ROUTE_SCHEMA_UNSUPPORTED', details: { route: 'POST /echo', field, reason } },
  })
})
