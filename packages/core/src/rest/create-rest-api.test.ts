import { describe, expect, test } from '@jest/globals'
import * as z from 'zod'
import { isHostError, type HostError } from '../errors/host-error.js'
import { createRestApi } from './create-rest-api.js'
import type { OperationDraft } from './operation-draft.js'
import type { Mount } from './operation.js'

const User = z.object({ id: z.string() })

function collect() {
  const drafts: OperationDraft[] = []
  const mounts: Mount[] = []
  const sink = { begin: (draft: OperationDraft) => drafts.push(draft), mount: (mount: Mount) => mounts.push(mount) }
  return { rest: createRestApi(sink, { module: 'users', available: true }), drafts, mounts }
}

describe('a declared operation', () => {
  test('is data that holds everything that was said', () => {
    const { rest, drafts } = collect()
    rest
      .post('/users/{id}')
      .operationId('users.put')
      .summary('Write a user')
      .description('Longer.')
      .tag('users', 'admin')
      .deprecated()
      .authenticated('users:write')
      .params(User)
      .body(User)
      .response(201, User, { description: 'Written' })
      .problem(409, 'Taken')
      .standardErrors()
      .timeout('5s')
      .bodyLimit(1_000)
      .handle(({ body }) => body)
    const operation = drafts[0]?.finish()
    expect(operation).toMatchObject({
      route: 'POST /users/{id}',
      method: 'post',
      owner: { module: 'users' },
      operationId: 'users.put',
      summary: 'Write a user',
      tags: ['users', 'admin'],
      deprecated: true,
      auth: { kind: 'authenticated', scopes: ['users:write'] },
      inputs: { params: User, body: User },
      responses: [{ status: 201, schema: User, contentType: 'application/json', description: 'Written' }],
      timeoutMs: 5_000,
      bodyLimitBytes: 1_000,
    })
    expect(operation?.problems.find((problem) => problem.status === 409)?.description).toBe('Taken')
    expect(operation?.problems).toHaveLength(8)
    expect(Object.isFrozen(operation)).toBe(true)
  })

  test.each([
    ['who may call', (rest: ReturnType<typeof collect>['rest']) => rest.get('/a').response(200, User), /public\(\) or/],
    ['a response', (rest: ReturnType<typeof collect>['rest']) => rest.get('/a').public(), /declares no response/],
    [
      'a handler',
      (rest: ReturnType<typeof collect>['rest']) => rest.get('/a').public().response(200, User),
      /has no handler/,
    ],
  ])('that lacks %s is reported with route and module', (_, declare, missing) => {
    const { rest, drafts } = collect()
    declare(rest)
    const failure = failureOf(() => drafts[0]?.finish())
    expect(failure).toMatchObject({
      code: 'OPERATION_INCOMPLETE',
      details: { route: 'GET /a', module: 'users', missing: expect.stringMatching(missing) },
    })
  })

  test.each([
    ['a bad path', () => collect().rest.get('/users/:id'), /write "\{id\}"/],
    ['a body on GET', () => collect().rest.get('/a').body(User), /has no body/],
    ['the same response twice', () => collect().rest.get('/a').response(200, User).response(200), /twice/],
    ['two query schemas', () => collect().rest.get('/a').query(User).query(User), /query twice/],
    ['a status that is none', () => collect().rest.get('/a').response(99), /99 is not the status/],
    ['a schema of a 204', () => collect().rest.get('/a').response(204, User), /an answer 204 has no body/],
    ['a schema of a 205', () => collect().rest.get('/a').response(205, User), /an answer 205 has no body/],
    ['a media type of a 304', () => collect().rest.get('/a').response(304, 'text/plain'), /answer 304 has no body/],
    ['an error status that is none', () => collect().rest.get('/a').problem(200), /200 is not the status/],
    [
      'a plain object as schema',
      () =>
        collect()
          .rest.get('/a')
          .query({ type: 'object' } as never),
      /jsonSchema\(\)/,
    ],
  ])('with %s fails at the line that is wrong', (_, declare, reason) => {
    expect(failureOf(declare)).toMatchObject({
      code: 'ROUTE_INVALID',
      details: { module: 'users', reason: expect.stringMatching(reason) },
    })
  })
})

describe('a mount', () => {
  test('is handed over with its owner', () => {
    const { rest, mounts } = collect()
    const handler = () => undefined
    rest.mount('/legacy', handler)
    expect(mounts).toMatchObject([{ path: { text: '/legacy' }, owner: { module: 'users' }, handler }])
  })

  test('has no parameters', () => {
    expect(failureOf(() => collect().rest.mount('/legacy/{id}', () => undefined))).toMatchObject({
      code: 'ROUTE_INVALID',
      details: { route: 'mount /legacy/{id}' },
    })
  })

  test('has a function as its handler', () => {
    expect(failureOf(() => collect().rest.mount('/legacy', {} as never))).toMatchObject({ code: 'ROUTE_INVALID' })
  })
})

function failureOf(work: () => unknown): HostError {
  try {
    work()
  } catch (error) {
    if (isHostError(error)) return error
    throw error
  }
  throw new Error('Nothing was thrown.')
}

describe('a body', () => {
  const refusals: [string, (rest: ReturnType<typeof collect>['rest']) => unknown, RegExp][] = [
    ['in a GET', (rest) => rest.get('/a').bytes(), /its method has no body/],
    ['of two kinds', (rest) => rest.post('/a').bytes().body(User), /declares its body twice/],
    ['of no media type', (rest) => rest.post('/a').bytes('pictures'), /"pictures" is not a media type/],
    ['with a schema, of bytes', (rest) => rest.post('/a').body(User, { contentType: 'image/png' }), /use bytes\(\)/],
    ['without parts', (rest) => rest.post('/a').multipart({}), /its form has no parts/],
    [
      'with a name for two parts',
      (rest) => rest.post('/a').multipart({ fields: { a: User }, files: { a: {} } }),
      /a field and a file of the name "a"/,
    ],
    ['with impossible files', (rest) => rest.post('/a').multipart({ files: { a: { maxBytes: 0 } } }), /maxBytes/],
    ['with no files', (rest) => rest.post('/a').multipart({ files: { a: { maxCount: 0.5 } } }), /maxCount/],
    ['with what is no schema', (rest) => rest.post('/a').multipart({ fields: { a: {} as never } }), /field "a"/],
  ]

  test.each(refusals)('%s is refused where it is declared', (_, declare, reason) => {
    expect(() => declare(collect().rest)).toThrow(reason)
  })

  test('is data: types in lower case, JSON unless something else is said', () => {
    const { rest, drafts } = collect()
    const finish = (index: number) => drafts[index]?.finish()
    rest
      .post('/a')
      .public()
      .body(User, { contentType: 'Application/Vnd.X+JSON', optional: true, examples: { one: { id: '1' } } })
      .response(204)
      .handle(() => undefined)
    rest
      .post('/b')
      .public()
      .bytes()
      .response(200, 'image/png', { description: 'A dot' })
      .handle(() => 'x')
    expect(finish(0)).toMatchObject({
      body: { contentTypes: ['application/vnd.x+json'], optional: true, examples: { one: { id: '1' } } },
      responses: [{ status: 204, hasBody: false }],
    })
    expect(finish(1)).toMatchObject({
      body: undefined,
      openBody: { kind: 'bytes', contentTypes: ['application/octet-stream'] },
      responses: [{ status: 200, schema: undefined, hasBody: true, contentType: 'image/png', description: 'A dot' }],
    })
  })
})

describe('a limit', () => {
  test.each([
    [{ rps: 0 }, /rps is not a number above 0/],
    [{ rps: Number.NaN }, /rps is not a number above 0/],
    [{ rps: 1, burst: 0 }, /burst is not a whole number above 0/],
    [{ burst: 5 }, /burst says nothing without rps/],
    [{ inFlight: 1.5 }, /inFlight is not a whole number above 0/],
    [{ rps: 1, by: 'planet' as never }, /neither "operation" nor "client"/],
  ])('%j is refused where it is declared', (limit, reason) => {
    expect(() => collect().rest.get('/a').rateLimit(limit)).toThrow(reason)
  })

  test('is data', () => {
    const { rest, drafts } = collect()
    const limit = { rps: 5, burst: 10, inFlight: 2, by: 'client' } as const
    rest
      .get('/a')
      .public()
      .rateLimit(limit)
      .response(204)
      .handle(() => undefined)
    expect(drafts[0]?.finish().rateLimit).toEqual(limit)
  })
})

test('a response of what is no media type is refused', () => {
  expect(() => collect().rest.get('/a').response(200, 'text/ht ml')).toThrow(/"text\/ht ml" is not a media type/)
})
