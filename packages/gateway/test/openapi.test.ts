import { describe, expect, test } from '@jest/globals'
import { authenticatorKey, clientRegistration, type RestApi } from '@modkit/core'
import * as z from 'zod'
import { jsonSchema } from '../src/index.js'
import { restModule, serve } from './support/serve.js'

const Pet = z.object({ name: z.string(), nick: z.string().default('none') }).meta({ id: 'Pet' })
const User = z.object({ id: z.uuid(), pets: z.array(Pet) }).meta({ id: 'User', description: 'Somebody.' })
const Folder = z.object({
  name: z.string(),
  get folders() {
    return z.array(Folder)
  },
})

function users(rest: RestApi): void {
  rest
    .get('/users/{id}')
    .operationId('users.get')
    .summary('One user')
    .tag('people')
    .authenticated('users:read')
    .params(z.object({ id: z.uuid() }))
    .query(z.object({ deep: z.boolean().default(false).describe('With everything.'), page: z.number() }))
    .response(200, User)
    .standardErrors()
    .handle(() => ({ id: '', pets: [] }))
  rest
    .post('/users')
    .public()
    .deprecated()
    .headers(z.object({ 'x-trace': z.string().optional() }))
    .body(Pet)
    .response(201, User, { description: 'Made.' })
    .problem(409, 'The name is taken.')
    .handle(() => ({ id: '', pets: [] }))
  rest
    .delete('/files/{folder}/{*path}')
    .public()
    .response(204)
    .handle(() => undefined)
  rest
    .get('/folders')
    .public()
    .response(200, Folder)
    .handle(() => ({ name: '', folders: [] }))
}

const clients = [clientRegistration(authenticatorKey, { authenticate: () => null })]

// A JSON document of a known shape, looked into by path.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Document = any

async function documentOf(
  declare: (rest: RestApi) => void,
  config = {},
): Promise<{ text: string; document: Document }> {
  await using served = await serve({ modules: [restModule('users', declare)], clients, config })
  const response = await served.fetch('/openapi.json')
  const text = await response.text()
  return { text, document: JSON.parse(text) }
}

describe('the document', () => {
  test('is pretty JSON and says what is configured of the whole', async () => {
    const servers = ['https://pets.example.com/api', '/']
    const { text, document } = await documentOf(users, { openapi: { title: 'Pets', version: '2.0.0', servers } })
    expect(text.split('\n').length).toBeGreaterThan(50)
    expect(document).toMatchObject({
      openapi: '3.1.0',
      info: { title: 'Pets', version: '2.0.0' },
      servers: [{ url: 'https://pets.example.com/api' }, { url: '/' }],
    })
    expect((await documentOf(users)).document).toMatchObject({ info: { title: 'API', version: '0.1.0' } })
  })

  test('says of an operation what was declared', async () => {
    const { document } = await documentOf(users)
    expect(document.paths['/users/{id}'].get).toMatchObject({
      operationId: 'users.get',
      summary: 'One user',
      tags: ['users', 'people'],
      security: [{ bearerAuth: ['users:read'] }],
      parameters: [
        { name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } },
        { name: 'deep', in: 'query', required: false, description: 'With everything.' },
        { name: 'page', in: 'query', required: true, schema: { type: 'number' } },
      ],
      responses: {
        200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/users.User' } } } },
        404: { content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } },
      },
    })
    expect(document.paths['/users'].post).toMatchObject({
      operationId: 'users_post_users',
      deprecated: true,
      tags: ['users'],
      parameters: [{ name: 'x-trace', in: 'header', required: false }],
      requestBody: { required: true },
      responses: { 201: { description: 'Made.' }, 409: { description: 'The name is taken.' } },
    })
    expect(document.paths['/users'].post.security).toBeUndefined()
  })

  test('has the parameters of a choice and of several schemas at once, required where none is legal without', async () => {
    const { document } = await documentOf((rest) => {
      const done = () => undefined
      const kind = <K extends string>(name: K) => z.literal(name)
      const choice = z.discriminatedUnion('kind', [
        z.object({ kind: kind('page'), page: z.int() }),
        z.object({ kind: kind('after'), after: z.string() }),
      ])
      rest.get('/choice').public().query(choice).response(204).handle(done)
      const both = z.object({ page: z.int() }).and(z.object({ deep: z.boolean().optional() }))
      rest.get('/both').public().query(both).response(204).handle(done)
      const alike = jsonSchema<object>({ properties: { from: { type: 'integer' }, to: { $ref: '#/properties/from' } } })
      rest.get('/alike').public().query(alike).response(204).handle(done)
    })
    expect(document.paths['/alike'].get.parameters).toMatchObject([
      { name: 'from', schema: { type: 'integer' } },
      { name: 'to', schema: { type: 'integer' } },
    ])
    expect(document.paths['/choice'].get.parameters).toMatchObject([
      { name: 'kind', in: 'query', required: true, schema: { anyOf: [{ const: 'page' }, { const: 'after' }] } },
      { name: 'page', in: 'query', required: false, schema: { type: 'integer' } },
      { name: 'after', in: 'query', required: false, schema: { type: 'string' } },
    ])
    expect(document.paths['/both'].get.parameters).toMatchObject([
      { name: 'page', in: 'query', required: true },
      { name: 'deep', in: 'query', required: false },
    ])
  })

  test('requires those fields and files of a form without which it is refused', async () => {
    const later = z.string().refine(() => Promise.resolve(true))
    const fields = { title: z.string(), count: z.int().default(7), note: z.string().optional(), later }
    const files = { picture: {}, extra: { optional: true } }
    const { document } = await documentOf((rest) =>
      rest
        .post('/up')
        .public()
        .multipart({ fields, files })
        .response(204)
        .handle(() => undefined),
    )
    const { schema } = document.paths['/up'].post.requestBody.content['multipart/form-data']
    expect(schema.required).toEqual(['title', 'later', 'picture'])
  })

  test('lists the modules among its tags, sorted, and then the other tags', async () => {
    const tagged = (tag: string) => (rest: RestApi) =>
      rest
        .get(`/${tag}`)
        .tag(tag, 'common')
        .public()
        .response(204)
        .handle(() => undefined)
    const modules = [restModule('pets', tagged('zoo')), restModule('birds', tagged('air'))]
    await using served = await serve({ modules })
    const document: Document = await (await served.fetch('/openapi.json')).json()
    expect(document.tags).toEqual(['birds', 'pets', 'air', 'common', 'zoo'].map((name) => ({ name })))
    expect(document.paths['/zoo'].get.tags).toEqual(['pets', 'zoo', 'common'])
  })

  test('has the errors that the gateway answers for an operation, unless the operation describes them itself', async () => {
    const { document } = await documentOf((rest) => {
      const done = () => undefined
      rest.get('/open').public().response(204).handle(done)
      rest.get('/known').authenticated().response(204).handle(done)
      rest.get('/scoped').authenticated('a', 'b').response(204).problem(401, 'Log in.').handle(done)
      rest.post('/body').public().body(Pet).response(204).handle(done)
    })
    const statuses = (path: string, method: string) => Object.keys(document.paths[path][method].responses as object)
    expect(statuses('/open', 'get')).toEqual(['204'])
    expect(statuses('/known', 'get')).toEqual(['204', '401'])
    expect(statuses('/scoped', 'get')).toEqual(['204', '401', '403'])
    expect(statuses('/body', 'post')).toEqual(['204', '422'])
    const { 401: unauthenticated, 403: forbidden } = document.paths['/scoped'].get.responses
    expect(unauthenticated).toMatchObject({ description: 'Log in.' })
    expect(forbidden).toMatchObject({
      description: 'Lacks one of the scopes a, b.',
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    })
  })

  test('has the limits that an operation sets itself as extensions', async () => {
    const { document } = await documentOf((rest) => {
      const done = () => undefined
      rest.put('/limited').public().timeout('5s').bodyLimit(1_000).body(Pet).response(204).handle(done)
      rest.put('/free').public().response(204).handle(done)
    })
    expect(document.paths['/limited'].put).toMatchObject({ 'x-timeout-ms': 5_000, 'x-body-limit-bytes': 1_000 })
    expect(Object.keys(document.paths['/free'].put as object).filter((key) => key.startsWith('x-'))).toEqual([])
  })

  test('has one path for those that differ only by the names of their parameters', async () => {
    const { document } = await documentOf((rest) => {
      const id = z.object({ id: z.uuid() })
      const done = () => undefined
      rest.get('/pets/{name}/toys').public().response(204).handle(done)
      rest.post('/pets/{id}/toys').public().params(id).response(204).handle(done)
      rest
        .put('/pets/{petId}/toys')
        .public()
        .params(z.object({ petId: z.string() }))
        .response(204)
        .handle(done)
    })
    expect(Object.keys(document.paths as object)).toEqual(['/pets/{id}/toys'])
    const { get, post, put } = document.paths['/pets/{id}/toys']
    for (const operation of [get, post, put])
      expect(operation.parameters).toMatchObject([{ name: 'id', in: 'path', required: true }])
  })

  test('writes a rest as a parameter, and sorts its paths', async () => {
    const { document } = await documentOf(users)
    expect(Object.keys(document.paths)).toEqual(['/files/{folder}/{path}', '/folders', '/users', '/users/{id}'])
    expect(document.paths['/files/{folder}/{path}'].delete.parameters).toHaveLength(2)
  })

  test('names schemas by module, and what comes in apart from what goes out where they differ', async () => {
    const { document } = await documentOf(users)
    const names = Object.keys(document.components.schemas)
    expect(names).toEqual(expect.arrayContaining(['Problem', 'users.User', 'users.Pet', 'users.Pet.Input']))
    const required = (name: string) => document.components.schemas[name].required as string[]
    expect([required('users.Pet'), required('users.Pet.Input')].map((list) => list.length).sort()).toEqual([1, 2])
  })

  test('has no reference that leads nowhere, recursive schemas included', async () => {
    const { text, document } = await documentOf(users)
    const targets = [...text.matchAll(/"\$ref": "([^"]+)"/g)].map(([, target]) => target ?? '')
    expect(targets).toContain('#/components/schemas/users.Schema1')
    for (const target of targets) {
      const value = target
        .split('/')
        .slice(1)
        .reduce((at: Document, key): Document => at?.[key], document)
      expect([target, typeof value]).toEqual([target, 'object'])
    }
  })

  test('is not served when it is switched off', async () => {
    await using served = await serve({ config: { enable_docs: false } })
    expect((await served.fetch('/openapi.json')).status).toBe(404)
  })

  test('tells operations without an id apart, however alike their paths are', async () => {
    const { document } = await documentOf((rest) => {
      for (const path of ['/a/b', '/a_b', '/a-b', '/a/by-b', '/a/{b}'])
        rest
          .get(path)
          .public()
          .response(204)
          .handle(() => undefined)
    })
    const ids = Object.values(document.paths as Record<string, Document>).map((item) => item.get.operationId as string)
    expect(new Set(ids).size).toBe(5)
  })
})
