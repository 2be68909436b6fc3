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
