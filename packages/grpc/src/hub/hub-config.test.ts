import { describe, expect, test } from '@jest/globals'
import { defaultHubSettings, hubConfig } from './hub-config.js'
import { serverOptions } from './hub-limits.js'

const validate = (value: unknown): unknown => hubConfig['~standard'].validate(value)

test('an empty section means the defaults: the loopback, and a limit on everything', () => {
  expect(validate({})).toEqual({ value: defaultHubSettings })
  expect(defaultHubSettings).toEqual({
    listenAddress: { kind: 'tcp', host: '127.0.0.1', port: 50_051 },
    tls: undefined,
    authentication: 'optional',
    client: {
      defaultDeadlineMs: 10_000,
      waitForReady: undefined,
      attempts: 4,
      keepaliveIntervalMs: 30_000,
      keepaliveTimeoutMs: 10_000,
      maxReceiveMessageBytes: 4_194_304,
      strictLocal: false,
      endpoints: {},
    },
    writesAccessLog: false,
    offersHealth: true,
    offersReflection: false,
    limits: {
      maxReceiveMessageBytes: 4_194_304,
      maxSendMessageBytes: 4_194_304,
      maxConcurrentStreams: 1_000,
      maxConnections: 10_000,
      maxConnectionAgeMs: 0,
      maxConnectionAgeGraceMs: 30_000,
      maxConnectionIdleMs: 300_000,
      keepaliveIntervalMs: 30_000,
      keepaliveTimeoutMs: 10_000,
    },
    directory: {},
  })
})

test('a limit may stand in its section, or at the top as it once did; the section is believed first', () => {
  const value = { max_concurrent_streams: 5, max_send_message_bytes: 7, limits: { max_concurrent_streams: 6 } }
  expect(validate(value)).toMatchObject({ value: { limits: { maxConcurrentStreams: 6, maxSendMessageBytes: 7 } } })
})

test.each<[string, object, readonly PropertyKey[]]>([
  ['an endpoint that nobody can dial', { endpoint: 'localhost' }, ['directory', 'endpoint']],
  ['a token that no header can carry', { token: 'two words' }, ['directory', 'token']],
  ['a secret that can be guessed', { secrets: ['s'.repeat(16), 'hunter2'] }, ['directory', 'secrets', 1]],
  [
    'a secret that no header can carry',
    { secrets: ['s'.repeat(16), 'geheimes Schlüsselwort'] },
    ['directory', 'secrets', 1],
  ],
  [
    'secrets of a directory that is elsewhere',
    { endpoint: 'http://127.0.0.1:1', secrets: ['s'.repeat(16)] },
    ['directory', 'secrets'],
  ],
])('%s is an issue of the directory', (_, directory, path) => {
  expect(validate({ directory })).toEqual({ issues: [{ message: expect.any(String) as unknown, path }] })
})

describe('what grpc-js is told', () => {
  const optionsOf = (config: object): unknown => {
    const { value } = validate(config) as { value: typeof defaultHubSettings }
    return serverOptions(value.limits)
  }

  test('durations are milliseconds', () => {
    const keepalive = { interval: '1m', timeout: 500 }
    expect(optionsOf({ keepalive, limits: { max_connection_age: '1h' } })).toMatchObject({
      'grpc.keepalive_time_ms': 60_000,
      'grpc.keepalive_timeout_ms': 500,
      'grpc.max_connection_age_ms': 3_600_000,
      'grpc.max_connection_age_grace_ms': 30_000,
    })
  })

  test('0 is never, which is not to give the option', () => {
    const options = optionsOf({ keepalive: { interval: 0 }, limits: { max_connection_idle: 0 } })
    expect(options).not.toHaveProperty(['grpc.keepalive_time_ms'])
    expect(options).not.toHaveProperty(['grpc.max_connection_idle_ms'])
  })

  test('what no timer can hold is the longest that one can', () => {
    expect(optionsOf({ limits: { max_connection_idle: '1000h' } })).toMatchObject({
      'grpc.max_connection_idle_ms': 2_147_483_647,
    })
  })
})

test('every problem is reported at once, with the nearest setting for one that does not exist', () => {
  const value = { listen_adr: 'x', max_concurrent_streams: 0, limits: { max_send_message_bytes: 1.5 }, keepalive: 7 }
  expect(validate(value)).toMatchObject({
    issues: [
      { message: expect.stringContaining('Did you mean "listen_addr"') as unknown, path: ['listen_adr'] },
      { message: 'must be an integer, 1 or more', path: ['max_concurrent_streams'] },
      { message: 'must be an integer, 1 or more', path: ['limits', 'max_send_message_bytes'] },
      { message: 'must be a map', path: ['keepalive'] },
    ],
  })
})

test('encryption of a Unix socket, which no client could dial, is refused with what to do', () => {
  const tls = { cert_file: '/c.pem', key_file: '/k.pem' }
  expect(validate({ listen_addr: 'unix:///run/hub.sock', tls })).toEqual({
    issues: [{ message: expect.stringMatching(/^is for "host:port".*Leave it out/) as unknown, path: ['tls'] }],
  })
  expect(validate({ listen_addr: '127.0.0.1:0', tls })).not.toHaveProperty('issues')
})

test('an address that is none is refused with the reason', () => {
  expect(validate({ listen_addr: 'nowhere' })).toEqual({
    issues: [
      {
        message: '"nowhere" is not an address to listen on: it is neither "host:port" nor "unix:///path"',
        path: ['listen_addr'],
      },
    ],
  })
})

test.each(['text', 7])('a section that is %p is refused', (value) => {
  expect(validate(value)).toMatchObject({ issues: [{ message: 'must be a map' }] })
})
