import { expect, jest, test } from '@jest/globals'
import { reply, sse, type RestApi, type RestSchema } from '@modkit/core'
import * as z from 'zod'
import { jsonSchema } from '../src/index.js'
import { serve } from './support/serve.js'

const User = z.object({ id: z.int() })
const ada = { id: 1, passwordHash: 'x' }
const document = { type: 'object', properties: { id: { type: 'integer' } } }

/** One operation that answers with the value, whatever the types say. */
const answering =
  (schema: RestSchema, value: unknown) =>
  (rest: RestApi): void =>
    rest
      .get('/answer')
      .public()
      .response(200, schema)
      .handle(() => reply(200, value))

test.each<[string, RestSchema, { value: unknown; json: unknown }]>([
  ['a tuple', z.tuple([User, z.string()]), { value: [ada, 'a'], json: [{ id: 1 }, 'a'] }],
  [
    'a tuple in an object',
    z.object({ pair: z.tuple([User]) }),
    { value: { pair: [ada] }, json: { pair: [{ id: 1 }] } },
  ],
  ['a tuple with a rest', z.tuple([z.string()]).rest(User), { value: ['a', ada], json: ['a', { id: 1 }] }],
  ['a tuple or null', z.object({ a: z.tuple([User]).nullable() }), { value: { a: [ada] }, json: { a: [{ id: 1 }] } }],
  [
    'a tuple as JSON Schema',
    jsonSchema({ type: 'array', prefixItems: [document], items: false }),
    { value: [ada], json: [{ id: 1 }] },
  ],
])('what %s does not declare is not sent', async (_, schema, { value, json }) => {
  await using served = await serve(answering(schema, value))
  const response = await served.fetch('/answer')
  expect([response.status, await response.json()]).toEqual([200, json])
})

test('what a tuple does not declare is not sent as data of an event', async () => {
  await using served = await serve((rest) =>
    rest
      .get('/events')
      .public()
      .response(200, z.tuple([User]), { contentType: 'text/event-stream' })
      .handle(() => sse([[ada]])),
  )
  expect(await (await served.fetch('/events')).text()).toContain('data: [{"id":1}]\n')
})

test.each([
  ['strict objects', z.union([z.strictObject({ id: z.int() }), z.strictObject({ id: z.int(), name: z.string() })])],
  ['objects', z.union([z.object({ id: z.int() }), z.object({ id: z.int(), name: z.string() })])],
])('of %s the one is sent that declares what there is', async (_, schema) => {
  await using served = await serve(answering(schema, { id: 1, name: 'declared' }))
  expect(await (await served.fetch('/answer')).json()).toEqual({ id: 1, name: 'declared' })
  await using more = await serve(answering(schema, ada))
  expect(await (await more.fetch('/answer')).json()).toEqual({ id: 1 })
})

test('a choice of schemas that name no type is served without a word to stderr', async () => {
  const warn = jest.spyOn(console, 'warn').mockImplementation(() => undefined)
  try {
    const schema = jsonSchema({ anyOf: [{ properties: { id: { type: 'integer' } } }, { minItems: 1 }] })
    await using served = await serve(answering(schema, ada))
    expect(await (await served.fetch('/answer')).json()).toEqual({ id: 1 })
    expect(warn).not.toHaveBeenCalled()
  } finally {
    warn.mockRestore()
  }
})
