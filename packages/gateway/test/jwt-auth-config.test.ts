import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { createHost, HostError } from '@modkit/core'
import { formatDump, loadConfig, silentLogger } from '@modkit/core/spi'
import { JwtAuth, type JwtAuthConfig } from '../src/index.js'

const usual = { issuer: 'https://login.example.com/', audience: 'orders' }
const withUri = { ...usual, jwks_uri: 'https://login.example.com/keys' }
const secret = 's'.repeat(32)
const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 })
const pem = rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString()

/** What the start says of a configuration: `path: message` for everything that is wrong. */
async function issuesOf(config: object): Promise<readonly string[]> {
  await using host = createHost({
    modules: [JwtAuth],
    config: { modules: { 'jwt-auth': { config } } },
    logger: silentLogger,
  })
  try {
    await host.start()
    return []
  } catch (error) {
    const issues = HostError.find(error, 'MODULE_CONFIG_INVALID')?.details.issues ?? []
    return issues.map(({ path, message }) => `${path}: ${message}`)
  }
}

test('a host whose module is not configured says everything that has to be written', async () => {
  await using host = createHost({ modules: [JwtAuth], config: {}, logger: silentLogger })
  await expect(host.start()).rejects.toThrow(
    /jwt-auth[^]*issuer[^]*write the "iss" of the tokens[^]*audience[^]*write what this service is called[^]*no keys to check tokens with: write jwks_uri/,
  )
})

test.each<[string, JwtAuthConfig]>([
  ['the address of a key set', withUri],
  ['a key set on this machine', { ...usual, jwks_uri: 'http://localhost:8080/keys' }],
  [
    'a key set of another machine without encryption',
    { ...usual, jwks_uri: 'http://idp/k', jwks: { allow_http: true } },
  ],
  ['several audiences', { ...withUri, audience: ['orders', 'orders-v2'] }],
  ['any audience', { issuer: 'i', any_audience: true, jwks_uri: 'https://i/keys' }],
  ['a key', { ...usual, public_key: pem }],
  ['a secret', { ...usual, secret }],
  ['a longer secret for a stronger algorithm', { ...usual, secret: 's'.repeat(64), algorithms: ['HS512'] }],
  ['every setting', { ...withUri, clock_skew: '5s', jwks: { cache_for: '1h', cooldown: 0, timeout: '1s' }, claims: { tenant: 'tid' }, required_claims: ['jti'], algorithms: ['RS256'] }], // prettier-ignore
])('%s is enough', async (_, config) => {
  expect(await issuesOf(config)).toEqual([])
})

describe('a configuration is refused', () => {
  test.each<[string, object, string]>([
    ['two sources of keys', { ...withUri, secret }, ': jwks_uri and secret contradict each other: leave one of them'],
    ['no source of keys', usual, ': there are no keys to check tokens with: write jwks_uri (where the issuer publishes them), jwks_file, public_key, or secret'], // prettier-ignore
    ['two words on the audience', { ...withUri, any_audience: true }, 'any_audience: contradicts "audience"; leave one of the two out'], // prettier-ignore
    ['an audience that is none', { ...withUri, audience: [1] }, 'audience: must be a name, or a list of names'],
    ['an empty audience', { ...withUri, audience: [] }, 'audience: must be a name, or a list of names'],
    ['an empty issuer', { ...withUri, issuer: '' }, 'issuer: is required: write the "iss" of the tokens, such as "https://login.example.com/"'], // prettier-ignore
    ['"none"', { ...withUri, algorithms: ['RS256', 'none'] }, 'algorithms.1: "none" takes tokens that nobody signed, and cannot be allowed'], // prettier-ignore
    [
      'no algorithm',
      { ...withUri, algorithms: [] },
      'algorithms: must name one at least; leave it out for the default',
    ],
    ['HS256 with public keys', { ...withUri, algorithms: ['HS256'] }, 'algorithms.0: HS256 needs "secret": with a public key, whoever knows it could sign'], // prettier-ignore
    ['RS256 with a secret', { ...usual, secret, algorithms: ['RS256'] }, 'algorithms.0: RS256 needs a public key, and there is "secret"'], // prettier-ignore
    ['an algorithm that the key is not for', { ...usual, public_key: pem, algorithms: ['ES256'] }, 'algorithms: has nothing that public_key can be used for: RS256, RS384, RS512, PS256, PS384, PS512'], // prettier-ignore
    ['a short secret', { ...usual, secret: 'short' }, 'secret: must have at least 32 bytes for HS256'],
    ['a secret that is short for its algorithm', { ...usual, secret, algorithms: ['HS256', 'HS512'] }, 'secret: must have at least 64 bytes for HS256, HS512'], // prettier-ignore
    ['a private key', { ...usual, public_key: rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() }, 'public_key: is a private key; write the public half of it, and keep the other one with the issuer'], // prettier-ignore
    ['a private JWK', { ...usual, public_key: rsa.privateKey.export({ format: 'jwk' }) }, 'public_key: is a private key; write the public half of it, and keep the other one with the issuer'], // prettier-ignore
    ['a secret as a key', { ...usual, public_key: { kty: 'oct', k: 'AAAA' } }, 'public_key: is a shared secret; write it as "secret"'], // prettier-ignore
    ['an address without encryption', { ...usual, jwks_uri: 'http://login.example.com/keys' }, 'jwks_uri: must begin with "https:", or whoever is in between can issue tokens (jwks.allow_http: true takes it)'], // prettier-ignore
    [
      'an address of another kind',
      { ...usual, jwks_uri: 'file:///etc/keys.json' },
      'jwks_uri: must begin with "https:"',
    ],
    ['no address', { ...usual, jwks_uri: 'login.example.com' }, 'jwks_uri: must be an address, such as "https://login.example.com/keys"'], // prettier-ignore
    ['an address with a password', { ...usual, jwks_uri: 'https://a:b@example.com/' }, 'jwks_uri: must not hold a user name or a password'], // prettier-ignore
    ['settings of a key set without one', { ...usual, secret, jwks: { timeout: '1s' } }, 'jwks: belongs to jwks_uri and jwks_file, not to secret: leave it out'], // prettier-ignore
    ['a claim without a name', { ...withUri, claims: { tenant: '' } }, 'claims.tenant: must be the name of a claim'],
    ['a duration that is none', { ...withUri, clock_skew: 'soon' }, 'clock_skew: must be a duration: a whole number and ms, s, m or h, such as "500ms" or "45s"'], // prettier-ignore
  ])('with %s', async (_, config, issue) => {
    expect(await issuesOf(config)).toEqual([issue])
  })

  test.each([
    ['with a key that is none', 'nonsense'],
    ['with half a key', '{"kty":"EC"}'],
    ['with a number', 7],
  ])('%s', async (_, public_key) => {
    expect(await issuesOf({ ...usual, public_key })).toEqual([expect.stringMatching(/^public_key: is neither a PEM/)])
  })

  test('with a key that is too short or for something else', async () => {
    const short = generateKeyPairSync('rsa', { modulusLength: 1_024 }).publicKey.export({ format: 'jwk' })
    const other = generateKeyPairSync('x25519').publicKey.export({ type: 'spki', format: 'pem' })
    expect(await issuesOf({ ...usual, public_key: short })).toEqual([
      'public_key: has 1024 bits, and must have at least 2048',
    ])
    expect(await issuesOf({ ...usual, public_key: other })).toEqual([
      'public_key: is of a kind that tokens are not signed with',
    ])
  })

  test('with names that nobody knows, and says which are meant', async () => {
    expect(await issuesOf({ ...withUri, algorithms: ['RSA256'] })).toEqual([expect.stringContaining('RS256"')])
    expect(await issuesOf({ ...withUri, jwks_url: 'x' })).toEqual([expect.stringContaining('"jwks_uri"')])
  })
})

test('all of it can come from the environment', async () => {
  const variables = {
    ISSUER: 'https://login.example.com/',
    AUDIENCE: '["orders", "orders-v2"]',
    JWKS_URI: 'https://login.example.com/keys',
    ALGORITHMS: '["RS256"]',
    CLOCK_SKEW: '5s',
    JWKS__CACHE_FOR: '1h',
    REQUIRE_EXP: 'false',
  }
  const named = Object.entries(variables).map(([name, value]) => [`APP__MODULES__JWT_AUTH__CONFIG__${name}`, value])
  Object.assign(process.env, Object.fromEntries(named))
  try {
    await using host = createHost({ modules: [JwtAuth], logger: silentLogger })
    await host.start()
    expect(host.state).toBe('running')
  } finally {
    for (const [name = ''] of named) Reflect.deleteProperty(process.env, name)
  }
})

test('the secret is in no dump and in no error', async () => {
  const config = { modules: { 'jwt-auth': { config: { ...usual, secret: 'too-short' } } } }
  const dump = formatDump(loadConfig(config, { env: {}, cwd: '/' }).dump(), 'yaml')
  expect(dump).toContain('***REDACTED***')
  expect(dump).not.toContain('too-short')
  await using host = createHost({ modules: [JwtAuth], config, logger: silentLogger })
  const error = await host.start().then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(JSON.stringify(error)).toContain('must have at least 32 bytes')
  expect(JSON.stringify(error)).not.toContain('too-short')
})
