import { Type as Older } from '@sinclair/typebox'
import { describe, expect, test } from '@jest/globals'
import type { RestSchema } from '@modkit/core'
import Type from 'typebox'
import { typebox } from '../src/index.js'
import { serve, type Serving } from './support/serve.js'

/** One operation that answers with the body that it is given. */
function echoing(schema: RestSchema): Promise<Serving> {
  return serve((rest) =>
    rest
      .post('/echo')
      .operationId('echo')
      .public()
      .body(schema)
      .response(200, schema)
      .handle(({ body }) => body),
  )
}

interface Document {
  readonly paths: { readonly '/echo': { readonly post: { readonly requestBody: { readonly content: object } } } }
  readonly components: { readonly schemas: Record<string, unknown> }
}

/** What the document says of the body, and its components. */
async function documented(served: Serving): Promise<{ body: unknown; schemas: Record<string, unknown> }> {
  const document = (await (await served.fetch('/openapi.json')).json()) as Document
  const { Problem: _, ...schemas } = document.components.schemas
  return { body: document.paths['/echo'].post.requestBody.content, schemas }
}

const json = (schema: object): object => ({ 'application/json': { schema } })

const tuples: readonly [string, RestSchema][] = [
  ['TypeBox', typebox(Type.Tuple([Type.Integer(), Type.Object({ id: Type.Integer() })]))],
  ['@sinclair/typebox', typebox(Older.Tuple([Older.Integer(), Older.Object({ id: Older.Integer() })]))],
]

describe.each(tuples)('a tuple of %s', (_, schema) => {
  test('is validated, serialised and documented', async () => {
    await using served = await echoing(schema)
    const good = await served.send('POST /echo', [1, { id: 2, more: 3 }])
    expect([good.status, await good.json()]).toEqual([200, [1, { id: 2 }]])
    expect((await served.send('POST /echo', ['1', { id: 2 }])).status).toBe(422)
    expect((await served.send('POST /echo', [1, { id: 2 }, 3])).status).toBe(422)
    const { body } = await documented(served)
    expect(body).toMatchObject(json({ type: 'array', prefixItems: [{ type: 'integer' }, {}], items: false }))
  })
})

test.each<[string, RestSchema]>([
  ['TypeBox', typebox(Type.Tuple([]))],
  ['@sinclair/typebox', typebox(Older.Tuple([]))],
])('a tuple of nothing of %s takes an empty list alone', async (_, schema) => {
  await using served = await echoing(schema)
  expect((await served.send('POST /echo', [])).status).toBe(200)
  expect((await served.send('POST /echo', [1])).status).toBe(422)
})

const Node = Type.Object({ id: Type.Integer(), kids: Type.Array(Type.Ref('Node')) })
const OlderNode = Older.Object({ id: Older.Integer(), kids: Older.Array(Older.Ref('Node')) })

const recursive: readonly [string, { schema: RestSchema; name: string }][] = [
  ['Type.Cyclic', { schema: typebox(Type.Cyclic({ Node }, 'Node')), name: 'users.Node' }],
  ['Type.Module', { schema: typebox(Type.Module({ Node }).Node), name: 'users.Node' }],
  ['an older Type.Module', { schema: typebox(Older.Module({ Node: OlderNode }).Import('Node')), name: 'users.Node' }],
  [
    'an older Type.Recursive',
    {
      schema: typebox(
        Older.Recursive((This) => Older.Object({ id: Older.Integer(), kids: Older.Array(This) }), { $id: 'Node' }),
      ),
      name: 'users.Node',
    },
  ],
  [
    'an older Type.Recursive without a name',
    {
      schema: typebox(Older.Recursive((This) => Older.Object({ id: Older.Integer(), kids: Older.Array(This) }))),
      name: 'users.Schema1',
    },
  ],
]

describe.each(recursive)('a recursive schema of %s', (_, { schema, name }) => {
  test('is validated, serialised and documented', async () => {
    await using served = await echoing(schema)
    const good = await served.send('POST /echo', { id: 1, kids: [{ id: 2, kids: [], more: 1 }] })
    expect([good.status, await good.json()]).toEqual([200, { id: 1, kids: [{ id: 2, kids: [] }] }])
    expect((await served.send('POST /echo', { id: 1, kids: [{ id: 'x', kids: [] }] })).status).toBe(422)
    const $ref = `#/components/schemas/${name}`
    expect(await documented(served)).toEqual({
      body: json({ $ref }),
      schemas: {
        [name]: {
          type: 'object',
          required: ['id', 'kids'],
          properties: { id: { type: 'integer' }, kids: { type: 'array', items: { $ref } } },
        },
      },
    })
  })
})

test('two recursive schemas of one name in one schema are told apart', async () => {
  const Other = Type.Object({ name: Type.String(), kids: Type.Array(Type.Ref('Node')) })
  const schema = Type.Object({ a: Type.Cyclic({ Node }, 'Node'), b: Type.Cyclic({ Node: Other }, 'Node') })
  await using served = await echoing(typebox(schema))
  const value = { a: { id: 1, kids: [] }, b: { name: 'x', kids: [{ name: 'y', kids: [] }] } }
  const response = await served.send('POST /echo', value)
  expect([response.status, await response.json()]).toEqual([200, value])
  expect(Object.keys((await documented(served)).schemas)).toEqual(['users.Node', 'users.Node2'])
})
