import { expect, test } from '@jest/globals'
import { authenticatorKey, clientRegistration, sse, type RestApi } from '@modkit/core'
import type { Response } from 'express'
import fc from 'fast-check'
import * as z from 'zod'
import { recordingLogger, restModule, serve } from '../support/serve.js'
import { plausible, raw, structured, type WireRequest } from './requests.js'
import { onTheWire, responsesIn, type WireAnswer } from './wire.js'

/** Requests of one batch go out together. */
const BATCH = 250
const isSoak = process.env['MODKIT_SOAK'] === '1'
/** 20,000 requests here, 400,000 in the long form. */
const BATCHES = isSoak ? 1_600 : 80

const Person = z.object({ name: z.string().max(20), age: z.number().int() })

/** One of everything that a request can reach. */
function declare(rest: RestApi): void {
  const User = z.object({ id: z.int() })
  rest
    .get('/users/{id}')
    .public()
    .params(User)
    .response(200, User)
    .handle(({ params }) => params)
  rest
    .put('/users/{id}')
    .public()
    .params(User)
    .body(Person)
    .response(200, Person)
    .handle(({ body }) => body)
  rest
    .delete('/users/{id}')
    .authenticated('users:delete')
    .response(204)
    .handle(() => undefined)
  rest
    .post('/users')
    .authenticated()
    .body(Person)
    .response(201, Person)
    .handle(({ body }) => body)
  rest
    .get('/files/{*rest}')
    .public()
    .response(200, z.any())
    .handle(({ params }) => params)
  rest
    .get('/search')
    .public()
    .query(z.object({ limit: z.int().min(1).max(100).default(10), tag: z.array(z.string()).optional() }))
    .headers(z.object({ 'x-long': z.string().max(10).optional() }))
    .response(200, z.any())
    .handle(async ({ query }) => await Promise.resolve(query))
  rest
    .post('/forms')
    .public()
    .multipart({ fields: { title: z.string() }, files: { f: { optional: true } } })
    .response(200, z.any())
    .handle(async ({ body }) => {
      const parts: unknown[] = []
      for await (const part of body) parts.push(part.kind === 'field' ? part.value : (await part.bytes()).length)
      return parts
    })
  rest
    .post('/search')
    .public()
    .body(Person, { contentType: ['application/json', 'application/x-www-form-urlencoded'] })
    .response(200, Person)
    .handle(({ body }) => body)
  rest
    .put('/bytes')
    .public()
    .bodyLimit(5_000)
    .bytes('*/*')
    .response(200, z.any())
    .handle(async ({ body }) => (await body.bytes()).length)
  rest
    .get('/events')
    .public()
    .response(200, 'text/event-stream')
    .handle(() => sse([{ n: 1 }, { n: 2 }]))
  rest.mount('/old', (_request: unknown, response: Response) => void response.json({ old: true }))
}

async function fuzzed() {
  const { logger, lines } = recordingLogger()
  const served = await serve({
    logger,
    modules: [restModule('all', declare)],
    clients: [
      clientRegistration(authenticatorKey, {
        authenticate: ({ headers }) => (headers.authorization ? { subject: 'somebody', scopes: [] } : null),
      }),
    ],
    config: { cors_enabled: true, cors: { allowed_origins: ['https://app.example'], allow_credentials: true } },
  })
  return { served, lines, port: served.port }
}

/** Nothing of this may ever come back: paths of files, frames of a stack, names of what we are made of. */
const LEAKS = [/\/packages\//, /node_modules/, /node:internal/, /\.(?:ts|js):\d+/, /\bat \S+ \(/, /"stack"/]

function objectionTo({ isLegal }: WireRequest, { text, closed }: WireAnswer): string | undefined {
  if (!closed) return 'the connection stayed open'
  const responses = responsesIn(text)
  if (isLegal && responses.length === 0) return 'there was no answer'
  const leak = LEAKS.find((pattern) => pattern.test(text))
  if (leak) return `the answer has ${String(leak)}`
  for (const { status, contentType, body } of responses) {
    if (status >= 500) return `the status was ${String(status)}`
    if (status >= 400 && body !== '' && !contentType.startsWith('application/problem+json'))
      return `a ${String(status)} was no problem but ${contentType}`
  }
  return undefined
}

async function assertHarmless(port: number, request: WireRequest): Promise<void> {
  const answer = await onTheWire(port, request.bytes)
  const objection = objectionTo(request, answer)
  if (objection === undefined) return
  const sent = JSON.stringify(Buffer.from(request.bytes).toString('latin1').slice(0, 2_000))
  throw new Error(`${objection}\n  sent: ${sent}\n  came: ${JSON.stringify(answer.text.slice(0, 2_000))}`)
}

test(
  'no request, legal or not, is answered with an error of ours, a leak or silence, and the gateway stays well',
  async () => {
    const { served, lines, port } = await fuzzed()
    await using _ = served
    const seed = Number(process.env['MODKIT_SEED'] ?? Date.now() % 2 ** 31)
    const request = fc.oneof(
      { weight: 3, arbitrary: structured },
      { weight: 2, arbitrary: plausible },
      { weight: 1, arbitrary: raw },
    )
    const batch = fc.array(request, { minLength: BATCH, maxLength: BATCH, size: 'max' })
    const property = fc.asyncProperty(batch, async (requests) => {
      await Promise.all(requests.map((request) => assertHarmless(port, request)))
    })
    await fc.assert(property, { numRuns: BATCHES, seed, endOnFailure: true })
    expect((await served.fetch('/health/ready')).status).toBe(200)
    expect(lines.filter(({ level }) => level === 'error' || level === 'warn')).toEqual([])
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
    // Nothing that a client did keeps the gateway from ending.
    expect((await served.host.stop()).leftBehind).toEqual([])
  },
  isSoak ? 1_800_000 : 180_000,
)
