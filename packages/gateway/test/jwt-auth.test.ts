import { createHmac, createSign, generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { authenticatorKey, type RestApi, type SecurityContext } from '@modkit/core'
import { FakeClock } from '@modkit/core/spi'
import { exportSPKI, SignJWT, UnsecuredJWT } from 'jose'
import { JwtAuth } from '../src/index.js'
import { guarded, me, refusalOf, withToken } from './support/guarded.js'
import { Issuer, signingKey } from './support/issuer.js'
import { rawExchange } from './support/raw-exchange.js'
import { restModule, serve, type Serving } from './support/serve.js'

let issuer: Issuer
let served: Serving

beforeAll(async () => {
  issuer = await Issuer.open()
  served = await guarded(issuer)
})

afterAll(async () => {
  await served[Symbol.asyncDispose]()
  await issuer[Symbol.asyncDispose]()
})

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const invalid = (reason: string): readonly unknown[] => [
  401,
  `Bearer error="invalid_token", error_description="${reason}"`,
  'TOKEN_INVALID',
]

describe('a request', () => {
  test('with a token of the issuer is from whom the token says, with its scopes', async () => {
    const response = await withToken(served, await issuer.token({ scope: 'users:read users:list' }))
    expect([response.status, await response.json()]).toEqual([
      200,
      { subject: 'ada', scopes: ['users:read', 'users:list'] },
    ])
  })

  test.each(['bearer', 'BEARER', 'Bearer  '])('may write the scheme as %j', async (scheme) => {
    const authorization = `${scheme} ${await issuer.token()}`
    expect((await served.fetch('/me', { headers: { authorization } })).status).toBe(200)
  })

  test.each([undefined, '', 'Basic YWRhOmJ5cm9u', 'Bearer', 'Bearer ', 'Bearertoken'])(
    'with %j as Authorization brings no token, and is asked for one',
    async (authorization) => {
      const response = await served.fetch('/me', { headers: authorization === undefined ? {} : { authorization } })
      expect(await refusalOf(response)).toEqual([401, 'Bearer', 'UNAUTHENTICATED'])
    },
  )

  test('with two Authorization headers is refused, although the first one holds', async () => {
    const token = await issuer.token()
    const twice = `authorization: Bearer ${token}\r\nAuthorization: Bearer other\r\n`
    const head = `GET /me HTTP/1.1\r\nhost: a\r\nconnection: close\r\n${twice}\r\n`
    const answer = await rawExchange(served.port, head)
    expect(answer).toMatch(/^HTTP\/1\.1 401 /)
    expect(answer).toContain('error="invalid_token", error_description="the request has several Authorization headers"')
  })

  test('lacks a scope that the operation names, and is told which', async () => {
    const response = await withToken(served, await issuer.token({ scope: 'users:list' }), '/users')
    expect(await refusalOf(response)).toEqual([
      403,
      'Bearer error="insufficient_scope", scope="users:read"',
      'FORBIDDEN',
    ])
  })
})

describe('a token', () => {
  const at = Date.UTC(2026, 0, 1) / 1_000

  test.each([
    ['has expired', { exp: at - 31 }, 'the token has expired'],
    ['is not valid yet', { nbf: at + 31 }, 'the token is not valid yet'],
    ['comes from elsewhere', { iss: 'https://evil.example.com/' }, 'the token is from another issuer'],
    ['names no issuer', { iss: undefined }, 'the token lacks a required claim'],
    ['is for another service', { aud: ['billing', 'mail'] }, 'the token is meant for another audience'],
    ['is for nobody', { aud: undefined }, 'the token lacks a required claim'],
    ['never expires', { exp: undefined }, 'the token lacks a required claim'],
    ['expires at no time', { exp: 'soon' }, 'a claim of the token does not hold'],
    ['names no subject', { sub: undefined }, 'the token does not say whom it stands for'],
    ['has a subject that is no text', { sub: 7 }, 'the token does not say whom it stands for'],
    ['has an empty subject', { sub: '' }, 'the token does not say whom it stands for'],
  ])('that %s is refused with that reason', async (_, claims, reason) => {
    expect(await refusalOf(await withToken(served, await issuer.token(claims)))).toEqual(invalid(reason))
  })

  test.each([
    ['one second before its tolerance ends', { exp: at - 29 }],
    ['issued by a clock that is ahead', { nbf: at + 30 }],
    ['for several services', { aud: ['billing', 'orders'] }],
  ])('%s holds', async (_, claims) => {
    expect((await withToken(served, await issuer.token(claims))).status).toBe(200)
  })

  test('expires by the clock of the host', async () => {
    const clock = new FakeClock()
    await using served = await guarded(issuer, { clock })
    const token = await issuer.token()
    expect((await withToken(served, token)).status).toBe(200)
    await clock.advance(329_000)
    expect((await withToken(served, token)).status).toBe(200)
    await clock.advance(1_000)
    expect((await withToken(served, token)).status).toBe(401)
  })

  test.each(['x', 'a.b', 'a.b.c.d.e', 'e30.e30.e30', 'ä.b.c', 'a b', '"a.b.c"', '....'])(
    'such as %j is malformed',
    async (token) => {
      const answer = await rawExchange(
        served.port,
        Buffer.from(
          `GET /me HTTP/1.1\r\nhost: a\r\nconnection: close\r\nauthorization: Bearer ${token}\r\n\r\n`,
          'latin1',
        ),
      )
      expect(answer).toMatch(/^HTTP\/1\.1 401 [\s\S]*error="invalid_token", error_description="the token is malformed"/)
    },
  )

  test('of more than 16 KiB is refused before anybody looks at it', async () => {
    const { signal } = new AbortController()
    const authorization = `Bearer ${await issuer.token({ padding: 'x'.repeat(13_000) })}`
    expect(authorization.length).toBeGreaterThan(16 * 1_024)
    // Node refuses such a head by itself, unless it is told to take larger ones.
    const asked = served.host.clients.get(authenticatorKey).authenticate({
      method: 'GET',
      url: '/me',
      headers: { authorization },
      signal,
    })
    await expect(asked).rejects.toMatchObject({ status: 401, detail: 'The token is malformed.' })
  })

  test('that was changed after it was signed is refused', async () => {
    const [header, , signature] = (await issuer.token()).split('.')
    const claims = base64url({ iss: issuer.name, aud: 'orders', sub: 'root', exp: at + 300, scope: '*' })
    const response = await withToken(served, `${header!}.${claims}.${signature!}`)
    expect(await refusalOf(response)).toEqual(invalid('the signature of the token does not hold'))
  })

  test('leaves nothing of itself in the answer', async () => {
    const token = await issuer.token({ exp: at - 100, secret_claim: 'confidential', sub: 'somebody' })
    const response = await withToken(served, token)
    const said = JSON.stringify([...response.headers]) + (await response.text())
    expect(response.status).toBe(401)
    for (const part of [...token.split('.'), 'confidential', 'somebody']) expect(said).not.toContain(part)
  })
})

describe('who makes a token without the key of the issuer', () => {
  const claims = { iss: 'https://login.example.com/', aud: 'orders', sub: 'root', exp: 1_767_225_900, scope: '*' }
  const notAccepted = invalid('the token is signed with an algorithm that is not accepted')

  test('cannot leave the signature out', async () => {
    for (const alg of ['none', 'None', 'NONE']) {
      const unsigned = `${base64url({ alg, kid: 'k1' })}.${base64url(claims)}.`
      expect(await refusalOf(await withToken(served, unsigned))).toEqual(notAccepted)
    }
    expect((await withToken(served, new UnsecuredJWT(claims).encode())).status).toBe(401)
  })

  test('cannot take the public key for a shared secret', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
    await using served = await guarded(issuer, { jwt: { public_key: pem } })
    const honest = await new SignJWT(claims).setProtectedHeader({ alg: 'RS256' }).sign(privateKey)
    expect((await withToken(served, honest)).status).toBe(200)
    const secrets = [pem, pem.trim(), publicKey.export({ type: 'spki', format: 'der' })]
    for (const secret of secrets) {
      const content = `${base64url({ alg: 'HS256' })}.${base64url(claims)}`
      const signature = createHmac('sha256', secret).update(content).digest('base64url')
      expect(await refusalOf(await withToken(served, `${content}.${signature}`))).toEqual(notAccepted)
    }
  })

  test('cannot take a published key for a shared secret', async () => {
    const pem = await exportSPKI(issuer.keys[0]!.publicKey)
    const content = `${base64url({ alg: 'HS256', kid: 'k1' })}.${base64url(claims)}`
    const signature = createHmac('sha256', pem).update(content).digest('base64url')
    expect(await refusalOf(await withToken(served, `${content}.${signature}`))).toEqual(notAccepted)
  })

  test('cannot bring the key along, or say where it is', async () => {
    await using evil = await Issuer.open()
    const own = await signingKey('k1')
    for (const header of [
      { jwk: own.published },
      { jku: evil.url },
      { x5u: evil.url },
      { x5c: [Buffer.from(await exportSPKI(own.publicKey)).toString('base64')] },
    ]) {
      const response = await withToken(served, await issuer.token(claims, { key: own, header }))
      expect(await refusalOf(response)).toEqual(invalid('the signature of the token does not hold'))
    }
    expect(evil.requests).toBe(0)
  })

  test.each(['../../dev/null', "k1' OR '1'='1", '__proto__', 'constructor', '', 'k1\u0000', 'http://127.0.0.1/keys'])(
    'gains nothing by the key id %j',
    async (kid) => {
      const key = await signingKey(kid)
      const response = await withToken(served, await issuer.token(claims, { key }))
      expect(await refusalOf(response)).toEqual(invalid('the token is signed with a key that is not known'))
    },
  )

  test.each([7, null, ['k1'], { a: 1 }])('gains nothing by the key id %j, which is no text', async (kid) => {
    const content = `${base64url({ alg: 'ES256', kid })}.${base64url(claims)}`
    const response = await withToken(served, `${content}.${'A'.repeat(86)}`)
    expect(response.status).toBe(401)
  })

  test('cannot use a critical extension that nobody knows', async () => {
    const header = base64url({ alg: 'ES256', kid: 'k1', crit: ['x'], x: 1 })
    const response = await withToken(served, `${header}.${base64url(claims)}.${'A'.repeat(86)}`)
    expect(await refusalOf(response)).toEqual(invalid('the token asks for something that is not supported'))
  })
})

describe('the keys', () => {
  test.each(['RS256', 'PS384', 'ES256', 'ES384', 'ES512', 'EdDSA'])('may be of the kind for %s', async (algorithm) => {
    await using issuer = await Issuer.open()
    issuer.keys = [await signingKey('k', algorithm)]
    await using served = await guarded(issuer)
    expect((await withToken(served, await issuer.token())).status).toBe(200)
  })

  test.each([
    ['EdDSA', 'Ed25519'],
    ['Ed25519', 'EdDSA'],
  ])('may say %s of themselves where the token says %s, which is the same', async (alg, named) => {
    await using issuer = await Issuer.open()
    const key = await signingKey('k', named)
    const published = { ...key.published, alg }
    issuer.keys = [{ ...key, published }]
    for (const jwt of [{ jwks_uri: issuer.url }, { public_key: published }]) {
      await using served = await guarded(issuer, { jwt })
      expect((await withToken(served, await issuer.token())).status).toBe(200)
      const forged = await issuer.token({}, { key: await signingKey('k', named) })
      expect((await withToken(served, forged)).status).toBe(401)
    }
  })

  test('may be one, as PEM, as JSON Web Key or as its text', async () => {
    const { publicKey, published } = issuer.keys[0]!
    for (const public_key of [await exportSPKI(publicKey), published, JSON.stringify(published)]) {
      await using served = await guarded(issuer, { jwt: { public_key } })
      expect((await withToken(served, await issuer.token())).status).toBe(200)
      const other = await issuer.token({}, { key: await signingKey('k1') })
      expect((await withToken(served, other)).status).toBe(401)
      const otherKind = await issuer.token({}, { key: await signingKey('k1', 'RS256') })
      expect((await withToken(served, otherKind)).status).toBe(401)
    }
  })

  test('may be a secret, which then takes HS256 alone', async () => {
    const secret = 'a secret of thirty-two bytes and more'
    await using served = await guarded(issuer, { jwt: { secret } })
    const signed = (alg: string, key = secret): Promise<string> =>
      new SignJWT({ sub: 'ada', iss: issuer.name, aud: 'orders', exp: 1_767_225_900 })
        .setProtectedHeader({ alg })
        .sign(new TextEncoder().encode(key))
    expect((await withToken(served, await signed('HS256'))).status).toBe(200)
    expect((await withToken(served, await signed('HS256', `${secret}!`))).status).toBe(401)
    expect((await withToken(served, await signed('HS512', secret.repeat(2)))).status).toBe(401)
    expect((await withToken(served, await issuer.token())).status).toBe(401)
  })

  test('are used for the configured algorithms alone', async () => {
    await using served = await guarded(issuer, { jwt: { jwks_uri: issuer.url, algorithms: ['RS256'] } })
    const response = await withToken(served, await issuer.token())
    expect(await refusalOf(response)).toEqual(invalid('the token is signed with an algorithm that is not accepted'))
  })

  test('are all tried for a token that does not say which it was signed with', async () => {
    await using issuer = await Issuer.open()
    issuer.keys = [await signingKey('a'), await signingKey('b'), await signingKey('c')]
    await using served = await guarded(issuer)
    for (const key of issuer.keys) {
      const token = await issuer.token({}, { key, header: { kid: undefined } })
      expect((await withToken(served, token)).status).toBe(200)
    }
    const stranger = await issuer.token({}, { key: await signingKey('d'), header: { kid: undefined } })
    expect(await refusalOf(await withToken(served, stranger))).toEqual(
      invalid('the signature of the token does not hold'),
    )
    const expired = await issuer.token({ exp: 1 }, { key: issuer.keys[2]!, header: { kid: undefined } })
    expect(await refusalOf(await withToken(served, expired))).toEqual(invalid('the token has expired'))
  })

  test('that are too weak, secret, or for something else are as good as unpublished', async () => {
    await using issuer = await Issuer.open()
    const [good] = issuer.keys
    const weak = generateKeyPairSync('rsa', { modulusLength: 1_024 })
    const encrypting = await signingKey('enc')
    const leaked = await signingKey('leaked')
    const others = [
      { ...weak.publicKey.export({ format: 'jwk' }), kid: 'weak' },
      { ...encrypting.published, use: 'enc' },
      { ...leaked.published, d: 'AAAA' },
      { kty: 'oct', k: Buffer.from('x'.repeat(32)).toString('base64url'), kid: 'oct' },
      'text',
      null,
    ]
    issuer.answer = (response) => response.end(JSON.stringify({ keys: [...others, good!.published] }))
    await using served = await guarded(issuer)
    expect((await withToken(served, await issuer.token())).status).toBe(200)
    const content = `${base64url({ alg: 'RS256', kid: 'weak' })}.${base64url({ sub: 'root' })}`
    const signature = createSign('RSA-SHA256').update(content).sign(weak.privateKey, 'base64url')
    const tokens = [encrypting, leaked].map((key) => issuer.token({}, { key }))
    for (const token of [`${content}.${signature}`, ...(await Promise.all(tokens))]) {
      expect(await refusalOf(await withToken(served, token))).toEqual(
        invalid('the token is signed with a key that is not known'),
      )
    }
  })
})

describe('the caller', () => {
  /** Who the last request was from. */
  let last: SecurityContext | undefined
  const look = (rest: RestApi): void =>
    rest
      .get('/me')
      .authenticated()
      .response(204)
      .handle(({ security }) => {
        last = security
      })

  async function callerOf(
    claims: Readonly<Record<string, unknown>>,
    names?: object,
  ): Promise<SecurityContext | undefined> {
    const jwt = { jwks_uri: issuer.url, ...(names && { claims: names }) }
    await using served = await guarded(issuer, { modules: [restModule('users', look)], jwt })
    last = undefined
    await withToken(served, await issuer.token(claims))
    return last
  }

  test.each([
    [{ scope: 'a b  c' }, ['a', 'b', 'c']],
    [{ scope: ['a', 'b'] }, ['a', 'b']],
    [{ scp: ['a', 'b'] }, ['a', 'b']],
    [{ scp: 'a b' }, ['a', 'b']],
    [{ scope: 'a', scp: 'b' }, ['a']],
    [{ scope: '*' }, ['*']],
    [{ scope: { a: true } }, []],
    [{ scope: ['a', 7, null] }, ['a']],
    [{}, []],
  ])('of %j has the scopes %j', async (claims, scopes) => {
    expect((await callerOf(claims))?.scopes).toEqual(scopes)
  })

  test('is found under other names, also below others and with dots', async () => {
    const names = { subject: 'user.id', tenant: 'https://example.com/tenant', scopes: 'realm_access.roles' }
    const claims = {
      user: { id: 'grace' },
      'https://example.com/tenant': 'navy',
      realm_access: { roles: ['admin'] },
      scope: 'not these',
    }
    const caller = await callerOf(claims, names)
    expect(caller).toMatchObject({ subject: 'grace', tenant: 'navy', scopes: ['admin'], claims: { sub: 'ada' } })
  })

  test('has no tenant where the token has none, and none at all where it is no text', async () => {
    expect(await callerOf({}, { tenant: 'tid' })).not.toHaveProperty('tenant')
    expect(await callerOf({ tid: 7 }, { tenant: 'tid' })).toBeUndefined()
  })

  test('must have the claims that are required', async () => {
    const jwt = { jwks_uri: issuer.url, required_claims: ['tid'] }
    await using served = await guarded(issuer, { jwt })
    expect(await refusalOf(await withToken(served, await issuer.token()))).toEqual(
      invalid('the token lacks a required claim'),
    )
    expect((await withToken(served, await issuer.token({ tid: 'x' }))).status).toBe(200)
    expect((await withToken(served, await issuer.token({ tid: 'x', exp: undefined }))).status).toBe(401)
  })

  test('may come without an end or an audience where the configuration says so', async () => {
    const jwt = { jwks_uri: issuer.url, require_exp: false, any_audience: true, audience: undefined as never }
    await using served = await guarded(issuer, { jwt })
    expect((await withToken(served, await issuer.token({ exp: undefined, aud: undefined }))).status).toBe(200)
  })
})

test('a scope of "*" opens every operation', async () => {
  expect((await withToken(served, await issuer.token({ scope: '*' }), '/users')).status).toBe(204)
})

test('the module goes by the clock of its host', async () => {
  const clock = new FakeClock()
  const config = { issuer: issuer.name, audience: 'orders', jwks_uri: issuer.url, clock_skew: 0 }
  const modules = [JwtAuth, restModule('users', me)]
  await using served = await serve({ modules, sections: { 'jwt-auth': { config } }, host: { clock } })
  const token = await issuer.token({}, { now: clock.now() })
  expect((await withToken(served, token)).status).toBe(200)
  await clock.advance(300_000)
  expect(await refusalOf(await withToken(served, token))).toEqual([
    401,
    expect.stringContaining('error="invalid_token"'),
    'TOKEN_INVALID',
  ])
})

test('the module as it is exported goes by the clock of the machine', async () => {
  const config = { issuer: issuer.name, audience: 'orders', jwks_uri: issuer.url }
  const modules = [JwtAuth, restModule('users', me)]
  await using served = await serve({ modules, sections: { 'jwt-auth': { config } } })
  expect((await withToken(served, await issuer.token({}, { now: Date.now() }))).status).toBe(200)
  expect((await withToken(served, await issuer.token({}, { now: Date.now() - 400_000 }))).status).toBe(401)
})
