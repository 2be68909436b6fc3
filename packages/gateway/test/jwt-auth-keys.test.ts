import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { once } from 'node:events'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ServerResponse } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { authenticatorKey, type SecurityContext } from '@modkit/core'
import { FakeClock } from '@modkit/core/spi'
import { guarded, jwtAuthAt, me, refusalOf, withToken, type GuardedOptions } from './support/guarded.js'
import { Issuer, signingKey } from './support/issuer.js'
import { recordingLogger, restModule, unstarted, type Serving } from './support/serve.js'

let issuer: Issuer
let clock: FakeClock

beforeEach(async () => {
  issuer = await Issuer.open()
  clock = new FakeClock()
})

afterEach(() => issuer[Symbol.asyncDispose]())

const gateway = (options: GuardedOptions = {}): Promise<Serving> => guarded(issuer, { clock, ...options })
const statusOf = async (served: Serving, token: string): Promise<number> => (await withToken(served, token)).status
/** A token that holds whatever the clock says. */
const lasting = (options?: Parameters<Issuer['token']>[1]): Promise<string> =>
  issuer.token({ exp: 4_000_000_000 }, options)
const unavailable = [503, null, 'AUTHENTICATOR_UNAVAILABLE']
const unknownKey = [
  401,
  'Bearer error="invalid_token", error_description="the token is signed with a key that is not known"',
  'TOKEN_INVALID',
]

const badSignature = [
  401,
  'Bearer error="invalid_token", error_description="the signature of the token does not hold"',
  'TOKEN_INVALID',
]

describe('the published keys', () => {
  test('are not asked for before the first token, and then once', async () => {
    await using served = await gateway()
    expect((await served.fetch('/me')).status).toBe(401)
    expect(issuer.requests).toBe(0)
    for (let n = 0; n < 3; n++) expect(await statusOf(served, await lasting())).toBe(200)
    expect(issuer.requests).toBe(1)
  })

  test('are fetched once for all requests that need them at the same time', async () => {
    let release = (): void => undefined
    const released = new Promise<void>((resolve) => (release = resolve))
    issuer.answer = (response) => void released.then(() => issuer.publish(response))
    await using served = await gateway()
    const token = await lasting()
    const arrived = issuer.asked()
    const answers = Array.from({ length: 20 }, () => statusOf(served, token))
    await arrived
    release()
    expect(new Set(await Promise.all(answers))).toEqual(new Set([200]))
    expect(issuer.requests).toBe(1)
  })

  test('are fetched again when they are old', async () => {
    await using served = await gateway()
    const token = await lasting()
    await statusOf(served, token)
    await clock.advance(599_999)
    await statusOf(served, token)
    expect(issuer.requests).toBe(1)
    await clock.advance(1)
    expect(await statusOf(served, token)).toBe(200)
    expect(issuer.requests).toBe(2)
  })

  test('that have been taken back count no more once the set is old', async () => {
    await using served = await gateway({ jwt: { jwks_uri: issuer.url, jwks: { cache_for: '1m' } } })
    const token = await lasting()
    expect(await statusOf(served, token)).toBe(200)
    await issuer.rotate('k2')
    await clock.advance(60_000)
    expect(await refusalOf(await withToken(served, token))).toEqual(unknownKey)
  })
})

describe('a new key of the issuer', () => {
  test('is fetched with the first token that names it', async () => {
    await using served = await gateway()
    const old = await lasting()
    expect(await statusOf(served, old)).toBe(200)
    await issuer.rotate('k2')
    const fresh = await lasting()
    expect(await Promise.all(Array.from({ length: 10 }, () => statusOf(served, fresh)))).toEqual(Array(10).fill(200))
    expect(issuer.requests).toBe(2)
    expect(await statusOf(served, old)).toBe(401)
  })

  test('is looked for once, however many tokens name keys that do not exist, until the cool-down is over', async () => {
    await using served = await gateway()
    await statusOf(served, await lasting())
    const strangers = await Promise.all(
      Array.from({ length: 5 }, async (_, n) => lasting({ key: await signingKey(`x${String(n)}`) })),
    )
    for (const token of strangers) expect(await refusalOf(await withToken(served, token))).toEqual(unknownKey)
    expect(issuer.requests).toBe(2)
    await clock.advance(29_999)
    await statusOf(served, strangers[0]!)
    expect(issuer.requests).toBe(2)
    await clock.advance(1)
    await statusOf(served, strangers[0]!)
    expect(issuer.requests).toBe(3)
  })

  test('is not looked for twice where the first token of all names a key that does not exist', async () => {
    await using served = await gateway()
    const stranger = await lasting({ key: await signingKey('x') })
    expect(await refusalOf(await withToken(served, stranger))).toEqual(unknownKey)
    expect(issuer.requests).toBe(1)
  })
})

describe.each([
  ['has no name', { kid: undefined }],
  ['has the name of the old one', { kid: 'k1' }],
])('a new key that %s', (_, header) => {
  const named = { header }
  /** What the server publishes: the keys, as the tokens name them. */
  const publishNamed = (response: ServerResponse): void => {
    response.end(JSON.stringify({ keys: issuer.keys.map(({ published }) => ({ ...published, ...header })) }))
  }
  const rotate = (): Promise<void> => issuer.rotate('k2')

  beforeEach(() => {
    issuer.answer = publishNamed
  })

  test('is fetched with the first token that is signed with it', async () => {
    await using served = await gateway()
    const old = await lasting(named)
    expect(await statusOf(served, old)).toBe(200)
    await rotate()
    const fresh = await lasting(named)
    expect(await Promise.all(Array.from({ length: 10 }, () => statusOf(served, fresh)))).toEqual(Array(10).fill(200))
    expect(issuer.requests).toBe(2)
    expect(await refusalOf(await withToken(served, old))).toEqual(badSignature)
  })

  test('is looked for no more often than the cool-down lets, whatever is forged', async () => {
    await using served = await gateway()
    const old = await lasting(named)
    await statusOf(served, old)
    const forged = await lasting({ ...named, key: await signingKey('x') })
    for (let n = 0; n < 5; n++) expect(await refusalOf(await withToken(served, forged))).toEqual(badSignature)
    expect(issuer.requests).toBe(2)
    await rotate()
    await clock.advance(29_999)
    issuer.answer = () => undefined
    // Nobody moves the clock: whoever waited for the issuer would wait for ever.
    expect(await refusalOf(await withToken(served, forged))).toEqual(badSignature)
    issuer.answer = publishNamed
    await clock.advance(1)
    expect(await statusOf(served, await lasting(named))).toBe(200)
    expect(issuer.requests).toBe(3)
  })

  test('is not looked for twice where the first token of all is signed with another', async () => {
    await using served = await gateway()
    const forged = await lasting({ ...named, key: await signingKey('x') })
    expect(await refusalOf(await withToken(served, forged))).toEqual(badSignature)
    expect(issuer.requests).toBe(1)
  })

  test('may be what nobody can tell of while the issuer cannot be asked', async () => {
    await using served = await gateway()
    const old = await lasting(named)
    await statusOf(served, old)
    await issuer.die()
    await rotate()
    const fresh = await lasting(named)
    expect(await refusalOf(await withToken(served, fresh))).toEqual(unavailable)
    expect(await statusOf(served, old)).toBe(200)
    await issuer.listen()
    await clock.advance(1_000)
    expect(await statusOf(served, fresh)).toBe(200)
  })
})

describe('an issuer that cannot be asked', () => {
  const ways: readonly [string, (response: ServerResponse) => void][] = [
    ['answers 500', (response) => response.writeHead(500).end('{"keys":[]}')],
    ['answers with a page', (response) => response.end('<html>Log in</html>')],
    ['answers with something else', (response) => response.end('[]')],
    ['answers with null', (response) => response.end('null')],
    ['has no keys', (response) => response.end('{"keys":[]}')],
    [
      'has keys that are none',
      (response) => response.end('{"keys":[{"kty":"EC","kid":"k1","crv":"P-256","x":"AAAA","y":"AAAA"},7]}'),
    ],
    [
      'breaks off',
      (response) =>
        void response.writeHead(200, { 'content-length': '100' }).write('{"keys":', () => response.destroy()),
    ],
    ['never ends', (response) => endless(response)],
  ]

  test.each(ways)('because it %s, leaves nobody who can tell', async (_, answer) => {
    issuer.answer = answer
    const { logger, lines } = recordingLogger()
    await using served = await gateway({ logger })
    const token = await lasting()
    const response = await withToken(served, token)
    expect(response.headers.get('retry-after')).toBe('1')
    expect(await refusalOf(response)).toEqual(unavailable)
    expect(JSON.stringify(lines)).not.toContain(token.split('.')[2])
    issuer.answer = (response) => issuer.publish(response)
    await clock.advance(1_000)
    expect(await statusOf(served, token)).toBe(200)
  })

  test('is not taken at its word where it leads elsewhere', async () => {
    await using other = await Issuer.open()
    other.keys = issuer.keys
    issuer.answer = (response) => response.writeHead(302, { location: other.url }).end()
    await using served = await gateway()
    expect(await refusalOf(await withToken(served, await lasting()))).toEqual(unavailable)
    expect(other.requests).toBe(0)
  })

  test('is not asked by every request, but once a second', async () => {
    await issuer.die()
    await using served = await gateway()
    const token = await lasting()
    expect(await refusalOf(await withToken(served, token))).toEqual(unavailable)
    await issuer.listen()
    expect(await refusalOf(await withToken(served, token))).toEqual(unavailable)
    expect(issuer.requests).toBe(0)
    await clock.advance(1_000)
    expect(await statusOf(served, token)).toBe(200)
  })

  test('is named in the log, once for each outage, and again when it is back', async () => {
    await issuer.die()
    const { logger, lines } = recordingLogger()
    await using served = await gateway({ logger })
    const token = await lasting()
    for (let n = 0; n < 3; n++) {
      await statusOf(served, token)
      await clock.advance(1_000)
    }
    await issuer.listen()
    await statusOf(served, token)
    const about = lines.filter(({ message }) => message.startsWith('The keys of tokens'))
    expect(about).toEqual([
      {
        level: 'warn',
        message: 'The keys of tokens cannot be had',
        fields: { source: issuer.url, reason: expect.stringContaining('ECONNREFUSED'), has_older: false },
      },
      { level: 'info', message: 'The keys of tokens can be had again', fields: { source: issuer.url } },
    ])
  })

  test('changes nothing for tokens with keys that are known', async () => {
    await using served = await gateway()
    const token = await lasting()
    expect(await statusOf(served, token)).toBe(200)
    await issuer.die()
    for (let hour = 0; hour < 5; hour++) {
      await clock.advance(3_600_000)
      expect(await statusOf(served, token)).toBe(200)
    }
    const stranger = await lasting({ key: await signingKey('k2') })
    expect(await refusalOf(await withToken(served, stranger))).toEqual(unavailable)
    expect(await statusOf(served, token)).toBe(200)
  })

  test('that answers nonsense leaves the known keys in their place', async () => {
    await using served = await gateway()
    const token = await lasting()
    await statusOf(served, token)
    issuer.answer = (response) => response.end('{"keys":[]}')
    await clock.advance(600_000)
    expect(await statusOf(served, token)).toBe(200)
  })

  test('is waited for once; as long as it stays away, known keys are taken without a wait', async () => {
    await using served = await gateway()
    const token = await lasting()
    await statusOf(served, token)
    issuer.answer = () => undefined
    await clock.advance(600_000)
    const arrived = issuer.asked()
    const first = statusOf(served, token)
    await arrived
    await clock.advance(5_000)
    expect(await first).toBe(200)
    await clock.advance(1_000)
    const again = issuer.asked()
    // Nobody moves the clock: whoever waited for the issuer would wait for ever.
    expect(await statusOf(served, token)).toBe(200)
    await again
  })
})

describe('an issuer that does not answer', () => {
  test('is given up after the time-out', async () => {
    issuer.answer = () => undefined
    const { logger, lines } = recordingLogger()
    await using served = await gateway({ logger, jwt: { jwks_uri: issuer.url, jwks: { timeout: '2s' } } })
    const arrived = issuer.asked()
    const answer = withToken(served, await lasting())
    await arrived
    await clock.advance(1_999)
    expect(lines.some(({ level }) => level === 'warn')).toBe(false)
    await clock.advance(1)
    expect(await refusalOf(await answer)).toEqual(unavailable)
    expect(JSON.stringify(lines)).toContain('it did not answer within 2 s')
  })

  test('is given up as well when it stops in the middle', async () => {
    issuer.answer = (response) => void response.write('{"keys":')
    await using served = await gateway()
    const arrived = issuer.asked()
    const answer = withToken(served, await lasting())
    await arrived
    await clock.advance(5_000)
    expect(await refusalOf(await answer)).toEqual(unavailable)
  })

  test('is waited for by others when one client has gone away', async () => {
    let release = (): void => undefined
    issuer.answer = (response) => (release = () => issuer.publish(response))
    await using served = await gateway()
    const token = await lasting()
    const leaving = connect(served.port, '127.0.0.1')
    const arrived = issuer.asked()
    leaving.write(`GET /me HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${token}\r\n\r\n`)
    await arrived
    const staying = statusOf(served, token)
    leaving.destroy()
    await once(leaving, 'close')
    release()
    expect(await staying).toBe(200)
    expect(issuer.requests).toBe(1)
  })

  test('holds nobody whose signal has aborted', async () => {
    issuer.answer = () => undefined
    await using served = await gateway()
    const leaving = new AbortController()
    const arrived = issuer.asked()
    const headers = { authorization: `Bearer ${await lasting()}` }
    const { signal } = leaving
    const asked = served.host.clients.get(authenticatorKey).authenticate({ method: 'GET', url: '/', headers, signal })
    const left = expect(asked).rejects.toThrow('gone')
    await arrived
    leaving.abort(new Error('gone'))
    await left
  })

  test('does not hold up the end of the host', async () => {
    issuer.answer = () => undefined
    const served = await gateway()
    const arrived = issuer.asked()
    const { signal } = new AbortController()
    const headers = { authorization: `Bearer ${await lasting()}` }
    const asked = served.host.clients.get(authenticatorKey).authenticate({ method: 'GET', url: '/', headers, signal })
    const ended = expect(asked).rejects.toMatchObject({ code: 'JWKS_UNAVAILABLE' })
    await arrived
    await served[Symbol.asyncDispose]()
    await ended
    expect(clock.pendingTimers).toBe(0)
  })
})

describe('the health of the module', () => {
  const healthOf = async (served: Serving): Promise<unknown> => {
    const report = (await (await served.fetch('/health/ready')).json()) as { readonly modules: readonly object[] }
    return report.modules.find((entry) => (entry as { readonly module: string }).module === 'jwt-auth')
  }
  const is = (status: string): object => ({ module: 'jwt-auth', status })

  test('is degraded while the keys cannot be fetched, and tries to fetch them', async () => {
    await issuer.die()
    await using served = await gateway()
    expect(await healthOf(served)).toEqual(is('degraded'))
    await issuer.listen()
    await clock.advance(1_000)
    expect(await healthOf(served)).toEqual(is('ok'))
    expect(issuer.requests).toBe(1)
    expect(await healthOf(served)).toEqual(is('ok'))
    expect(issuer.requests).toBe(1)
    await issuer.die()
    await clock.advance(600_000)
    expect(await healthOf(served)).toEqual(is('degraded'))
  })

  test('is told within a second where the issuer does not answer', async () => {
    issuer.answer = () => undefined
    await using served = await gateway()
    const arrived = issuer.asked()
    const health = healthOf(served)
    await arrived
    await clock.advance(1_000)
    expect(await health).toEqual(is('degraded'))
  })

  test('is fine with keys that need not be fetched', async () => {
    await using served = await gateway({ jwt: { secret: 's'.repeat(32) } })
    expect(await healthOf(served)).toEqual(is('ok'))
  })
})

describe('keys in a file', () => {
  let folder = ''
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'modkit-keys-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  const write = (text = JSON.stringify({ keys: issuer.keys.map(({ published }) => published) })): Promise<void> =>
    writeFile(join(folder, 'keys.json'), text)

  test('are read again as published ones are', async () => {
    await write()
    await using served = await gateway({ jwt: { jwks_file: join(folder, 'keys.json') } })
    expect(await statusOf(served, await lasting())).toBe(200)
    await issuer.rotate('k2')
    await write()
    expect(await statusOf(served, await lasting())).toBe(200)
    await rm(join(folder, 'keys.json'))
    await clock.advance(600_000)
    expect(await statusOf(served, await lasting())).toBe(200)
  })

  test.each([undefined, 'not JSON', '{"keys":[]}'])('end the start where the file is %j', async (content) => {
    const path = join(folder, 'keys.json')
    if (content !== undefined) await write(content)
    const config = { issuer: issuer.name, audience: 'orders', jwks_file: path }
    const modules = [jwtAuthAt(clock), restModule('users', me)]
    const host = unstarted({ modules, sections: { 'jwt-auth': { config } } })
    await expect(host.start()).rejects.toMatchObject({
      cause: { code: 'JWKS_UNAVAILABLE', details: { source: path, reason: expect.any(String) } },
    })
  })
})

test('requests in parallel are each from their own caller', async () => {
  await using served = await gateway()
  const subjects = Array.from({ length: 30 }, (_, n) => `user-${String(n)}`)
  const answers = subjects.map(async (sub) => {
    const response = await withToken(served, await issuer.token({ sub }))
    return ((await response.json()) as SecurityContext).subject
  })
  expect(await Promise.all(answers)).toEqual(subjects)
})

/** More than any key set has, without an end. */
function endless(response: ServerResponse): void {
  const chunk = ' '.repeat(65_536)
  const write = (): void => {
    if (!response.destroyed) response.write(chunk, write)
  }
  write()
}
