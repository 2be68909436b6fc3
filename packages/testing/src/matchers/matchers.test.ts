import { beforeAll, describe, expect, test } from '@jest/globals'
import { HostError, Problem } from '@modkit/core'
import { matchers } from '../jest.js'

beforeAll(() => expect.extend(matchers))

const cause = new HostError('CLIENT_NOT_FOUND', { client: 'audit', suggestions: ['audits'] })
const failed = new HostError('PHASE_FAILED', { phase: 'init', module: 'users' }, { cause })

function answer(document: object, init: ResponseInit = {}): Response {
  const headers = { 'content-type': 'application/problem+json; charset=utf-8' }
  return new Response(JSON.stringify(document), { status: 422, headers, ...init })
}
const invalid = {
  type: 'about:blank',
  title: 'Validation failed',
  errors: [{ in: 'query', field: '/limit', message: 'Too small' }],
}

/** What a matcher says when it fails. */
async function complaint(assertion: () => unknown): Promise<string> {
  try {
    await assertion()
  } catch (error) {
    return (error as Error).message
  }
  throw new Error('It did not complain.')
}

describe('toBeHostError', () => {
  test('knows a host error by its code and details, alone or as a cause', async () => {
    expect(failed).toBeHostError('PHASE_FAILED')
    expect(failed).toBeHostError('PHASE_FAILED', { module: 'users' })
    expect(failed).toBeHostError('CLIENT_NOT_FOUND', { suggestions: ['audits'] })
    expect(failed).toBeHostError('CLIENT_NOT_FOUND', { client: expect.stringMatching(/^aud/) as never })
    await expect(Promise.reject(failed)).rejects.toBeHostError('PHASE_FAILED')
    expect(failed).not.toBeHostError('CANCELLED')
    expect(failed).not.toBeHostError('CLIENT_NOT_FOUND', { suggestions: ['audits', 'auditing'] })
    expect(undefined).not.toBeHostError('CANCELLED')
  })

  test('says what it has received instead, with its causes', async () => {
    const text = await complaint(() => expect(failed).toBeHostError('CLIENT_NOT_FOUND', { client: 'users' }))
    expect(text).toContain("Expected a host error CLIENT_NOT_FOUND with { client: 'users' }")
    expect(text).toContain("PHASE_FAILED with { phase: 'init', module: 'users' }")
    expect(text).toContain("caused by CLIENT_NOT_FOUND with { client: 'audit'")
    expect(await complaint(() => expect(new Error('lost')).toBeHostError('CANCELLED'))).toContain('received lost')
    expect(await complaint(() => expect(failed).not.toBeHostError('PHASE_FAILED'))).toContain('Expected no host error')
  })
})

describe('toBeProblem', () => {
  test('knows the problem of a response by the members that count, and leaves it to be read', async () => {
    const response = answer(invalid)
    await expect(response).toBeProblem(422)
    await expect(response).toBeProblem({ status: 422, title: 'Validation failed', errors: [{ field: '/limit' }] })
    await expect(response.json()).resolves.toEqual(invalid)
    await expect(answer(invalid)).not.toBeProblem({ errors: [] })
    await expect(answer(invalid)).not.toBeProblem(404)
  })

  test('knows a Problem that was thrown', async () => {
    const problem = new Problem({ status: 404, title: 'No such user', code: 'USER_NOT_FOUND' })
    await expect(problem).toBeProblem({ status: 404, code: 'USER_NOT_FOUND' })
    await expect(Promise.reject(problem)).rejects.toBeProblem(404)
    await expect(problem).not.toBeProblem({ code: 'USER_LOST' })
  })

  test('says what it has received instead', async () => {
    const html = new Response('<h1>Oops</h1>', { status: 500, headers: { 'content-type': 'text/html' } })
    const text = await complaint(() => expect(html).toBeProblem(500))
    expect(text).toContain('Expected a problem with { status: 500 }, but received a response 500 of text/html: <h1>')
    expect(await complaint(() => expect(answer(invalid)).toBeProblem(404))).toContain('status: 422')
    expect(await complaint(() => expect('text').toBeProblem(404))).toContain("neither a response nor a Problem: 'text'")
    const bare = answer({}, { headers: {} })
    expect(await complaint(() => expect(bare).toBeProblem(422))).toContain('text/plain')
  })
})
