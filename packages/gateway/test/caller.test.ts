import { AsyncLocalStorage } from 'node:async_hooks'
import { once } from 'node:events'
import { Agent, get, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { describe, expect, jest, test } from '@jest/globals'
import {
  authenticatorKey,
  clientKey,
  clientRegistration,
  currentSecurity,
  defineModule,
  sse,
  stream,
  type Authenticator,
  type ModuleClass,
  type ModuleCtx,
  type RestApi,
  type SecurityContext,
} from '@modkit/core'
import * as z from 'zod'
import { rawExchange } from './support/raw-exchange.js'
import { recordingLogger, restModule, serve, type Serving } from './support/serve.js'

const Seen = z.object({ seen: z.array(z.string()) })
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Takes what stands in the header for the caller's name. */
const byName: Authenticator = {
  authenticate: ({ headers: { authorization } }) => (authorization ? { subject: authorization, scopes: ['a'] } : null),
}

interface Diary {
  who(): Promise<string>
}
const diaryClient = clientKey<Diary>('diary')

/** A client that nobody tells who is calling. */
const diaryModule: ModuleClass = defineModule(
  { name: 'diary', provides: [diaryClient] },
  class {
    init(ctx: ModuleCtx): void {
      const who = async (): Promise<string> => {
        await nextTurn()
        return currentSecurity()?.subject ?? 'nobody'
      }
      ctx.clients.register(diaryClient, { who })
    }
  },
)

function declare(rest: RestApi, { clients }: ModuleCtx): void {
  const who = (): Promise<string> => clients.get(diaryClient).who()
  const look = async (): Promise<{ seen: string[] }> => {
    const first = currentSecurity()?.subject ?? 'nobody'
    await nextTurn()
    return { seen: [first, await who(), ...(await Promise.all([who(), nextTurn().then(who)]))] }
  }
  rest.get('/closed').authenticated().response(200, Seen).handle(look)
  rest.get('/open').public().response(200, Seen).handle(look)
  rest
    .post('/closed')
    .authenticated()
    .body(z.object({ text: z.string() }).refine(async () => (await who()) !== 'nobody'))
    .response(200, Seen)
    .handle(look)
  rest
    .get('/events')
    .authenticated()
    .response(200, z.string())
    .handle(() =>
      sse(
        (async function* () {
          yield await who()
          await nextTurn()
          yield await who()
        })(),
      ),
    )
  rest
    .get('/bytes')
    .authenticated()
    .response(200, z.string())
    .handle(() =>
      stream(
        (async function* () {
          yield Buffer.from(await who())
        })(),
        'text/plain',
      ),
    )
  rest.mount('/mounted', (_, response) => void who().then((name) => response.send(name)))
}

const served = (authenticator: Authenticator = byName, declareAlso = declare): Promise<Serving> =>
  serve({
    modules: [diaryModule, restModule('users', declareAlso)],
    clients: [clientRegistration(authenticatorKey, authenticator)],
  })

const as = (name: string): RequestInit => ({ headers: { authorization: name } })

// First of all: what comes later makes the storage.
test('a public operation touches no asynchronous storage, and makes none', async () => {
  const run = jest.spyOn(AsyncLocalStorage.prototype, 'run')
  const enterWith = jest.spyOn(AsyncLocalStorage.prototype, 'enterWith')
  try {
    await using gateway = await served()
    expect(await (await gateway.fetch('/open')).json()).toEqual({ seen: ['nobody', 'nobody', 'nobody', 'nobody'] })
    const storage = Symbol.for('modkit:request-context')
    expect([run, enterWith].map(({ mock }) => mock.calls.length)).toEqual([0, 0])
    // Nor is one read: there is none. (Files that ran in this process before may have left some that read theirs.)
    expect(storage in globalThis).toBe(false)
    await gateway.fetch('/closed', as('ada'))
    expect(run).toHaveBeenCalled()
    expect(storage in globalThis).toBe(true)
  } finally {
    jest.restoreAllMocks()
  }
})

describe('a client that a handler calls', () => {
  test('knows who is calling, also after both have waited', async () => {
    await using gateway = await served()
    expect(await (await gateway.fetch('/closed', as('ada'))).json()).toEqual({ seen: ['ada', 'ada', 'ada', 'ada'] })
  })

  test('never takes one of several callers for another', async () => {
    await using gateway = await served()
    const names = Array.from({ length: 50 }, (_, n) => `user-${String(n)}`)
    const seen = names.map(async (name, n) => {
      // Every third one does not say who it is.
      const path = n % 3 === 0 ? '/open' : '/closed'
      return ((await (await gateway.fetch(path, as(name))).json()) as z.infer<typeof Seen>).seen
    })
    const expected = names.map((name, n) => Array<string>(4).fill(n % 3 === 0 ? 'nobody' : name))
    expect(await Promise.all(seen)).toEqual(expected)
  })

  describe('on a connection that had other callers before', () => {
    const requests = [
      '/closed ada',
      '/open ada',
      '/closed bob',
      '/events eve',
      '/open bob',
      '/mounted bob',
      '/open ada',
    ]
    const expected = ['ada', 'nobody', 'bob', 'eve', 'nobody', 'nobody', 'nobody']
    const calls = requests.map((text) => text.split(' ') as [path: string, authorization: string])
    /** Whom the first word of an answer names. */
    const nameIn = (answer: string): string | undefined => /(?:"seen":\["|data: "|^)(\w{3,})/m.exec(answer)?.[1]

    test('knows its own, and nobody in a public operation', async () => {
      await using gateway = await served()
      const agent = new Agent({ keepAlive: true, maxSockets: 1 })
      const ports = new Set<number | undefined>()
      const seen: unknown[] = []
      for (const [path, authorization] of calls) {
        const asked = get(gateway.url + path, { agent, headers: { authorization } })
        const [response] = (await once(asked, 'response')) as [IncomingMessage]
        ports.add(response.socket.localPort)
        seen.push(nameIn(await text(response)))
      }
      agent.destroy()
      expect(seen).toEqual(expected)
      expect(ports.size).toBe(1)
    })

    test('does so as well where all requests come at once', async () => {
      await using gateway = await served()
      const heads = calls.map(([path, authorization], index) => {
        const connection = index === calls.length - 1 ? 'connection: close\r\n' : ''
        return `GET ${path} HTTP/1.1\r\nhost: a\r\nauthorization: ${authorization}\r\n${connection}\r\n`
      })
      const answers = (await rawExchange(gateway.port, heads.join(''))).split('HTTP/1.1 200 OK').slice(1)
      const bodies = answers.map((answer) => answer.slice(answer.indexOf('\r\n\r\n') + 4))
      expect(bodies.map(nameIn)).toEqual(expected)
    })
  })

  test('knows who is calling while the answer is made on the way', async () => {
    await using gateway = await served()
    expect(await (await gateway.fetch('/events', as('ada'))).text()).toBe('data: "ada"\n\ndata: "ada"\n\n')
    expect(await (await gateway.fetch('/bytes', as('ada'))).text()).toBe('ada')
  })

  test('knows who is calling while a schema is asked', async () => {
    await using gateway = await served()
    const response = await gateway.send('POST /closed', { text: 'x' }, { authorization: 'ada' })
    expect([response.status, await response.json()]).toEqual([200, { seen: ['ada', 'ada', 'ada', 'ada'] }])
  })
})

describe('what a handler is told of its caller', () => {
  const handled = (handler: (security: SecurityContext) => void) => (rest: RestApi) =>
    rest
      .get('/me')
      .authenticated()
      .response(204)
      .handle(({ security }) => handler(security))

  test('it cannot change, neither for itself nor for those that come after it', async () => {
    const session: SecurityContext = { subject: 'ada', scopes: ['a'], claims: { roles: ['reader'] } }
    const attempts: unknown[] = []
    const tampering = handled((security) => {
      const claims = security.claims as { roles: string[] }
      for (const tamper of [
        () => (security.scopes as string[]).push('*'),
        () => claims.roles.push('admin'),
        () => Object.assign(security, { subject: 'root' }),
        () => Object.assign(security, { scopes: ['*'] }),
      ]) {
        try {
          tamper()
          attempts.push('done')
        } catch (error) {
          attempts.push((error as Error).name)
        }
      }
      attempts.push(security === currentSecurity())
    })
    await using gateway = await served({ authenticate: () => session }, tampering)
    expect((await gateway.fetch('/me')).status).toBe(204)
    expect(attempts).toEqual(['TypeError', 'TypeError', 'TypeError', 'TypeError', true])
    expect(session).toEqual({ subject: 'ada', scopes: ['a'], claims: { roles: ['reader'] } })
  })

  test.each([
    ['nothing', undefined],
    ['a name alone', { subject: 'ada' }],
    ['scopes that are a text', { subject: 'ada', scopes: 'users:read *' }],
  ])('is nothing where the authenticator says %s: that is answered 500', async (_, said) => {
    const { logger, lines } = recordingLogger()
    let handlerRan = false
    await using gateway = await serve({
      modules: [
        restModule(
          'users',
          handled(() => (handlerRan = true)),
        ),
      ],
      clients: [clientRegistration(authenticatorKey, { authenticate: () => said as never })],
      logger,
    })
    expect((await gateway.fetch('/me')).status).toBe(500)
    expect(handlerRan).toBe(false)
    expect(JSON.stringify(lines)).toContain('The authenticator returned')
  })
})
