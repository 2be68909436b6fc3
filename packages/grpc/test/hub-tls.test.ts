import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { connect as connectHttp2 } from 'node:http2'
import { connect as connectTcp } from 'node:net'
import { dirname } from 'node:path'
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls'
import { credentials, status, type ChannelCredentials } from '@grpc/grpc-js'
import { describe, expect, test } from '@jest/globals'
import { FakeClock } from '@modkit/core/spi'
import { certificateFor, type Certificate } from '../../gateway/test/support/certificates.js'
import { CalculatorClient } from './calculator-client.js'
import { calculatorWith, createHub, type HubFixtureOptions } from './hub-fixture.js'

function encryptedHub(server: Certificate, { config, ...options }: HubFixtureOptions = {}) {
  const tls = { cert_file: server.certFile, key_file: server.keyFile, ...(config?.['tls'] as object | undefined) }
  return createHub({ services: [calculatorWith()], ...options, config: { ...config, tls } })
}

const trusting = (server: Certificate, client?: Certificate): ChannelCredentials =>
  credentials.createSsl(
    Buffer.from(server.cert),
    client ? Buffer.from(client.key) : null,
    client ? Buffer.from(client.cert) : null,
  )

const asLocalhost = { 'grpc.ssl_target_name_override': 'localhost', 'grpc.default_authority': 'localhost' }

function clientOf(endpoint: string, secured: ChannelCredentials): CalculatorClient {
  return new CalculatorClient(endpoint, { credentials: secured, options: asLocalhost })
}

async function handshake(endpoint: string, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const { port } = new URL(endpoint)
  const defaults = { port: Number(port), host: '127.0.0.1', servername: 'localhost', ALPNProtocols: ['h2'] }
  const socket = connect({ ...defaults, rejectUnauthorized: false, ...options })
  socket.on('error', () => undefined)
  await once(socket, 'secureConnect')
  return socket
}

async function namePresented(endpoint: string): Promise<unknown> {
  const socket = await handshake(endpoint)
  const { CN } = socket.getPeerCertificate().subject
  socket.destroy()
  return CN
}

describe('with a certificate', () => {
  test('the hub serves encrypted calls, and says so in its endpoint', async () => {
    const server = await certificateFor('server')
    await using fixture = encryptedHub(server)
    const endpoint = await fixture.start()
    expect(endpoint).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/)
    using client = clientOf(endpoint, trusting(server))
    await expect(client.add(['1', '2'])).resolves.toEqual({ value: '3' })
    await expect(client.sum(['1', '2', '3'])).resolves.toEqual({ value: '6' })
  })

  test('a client that speaks plain text, or does not say that it speaks HTTP/2, is turned away and harms nobody', async () => {
    const server = await certificateFor('server')
    await using fixture = encryptedHub(server)
    const endpoint = await fixture.start()
    const plain = connectHttp2(endpoint.replace('https', 'http')).on('error', () => undefined)
    await once(plain, 'close')
    const silent = await handshake(endpoint, { ALPNProtocols: [] })
    await once(silent, 'close')
    using client = clientOf(endpoint, trusting(server))
    await expect(client.add(['1'])).resolves.toEqual({ value: '1' })
  })

  test('a renewed one serves new connections, calls on old ones go on, and a broken one changes nothing but the log', async () => {
    const clock = new FakeClock()
    const first = await certificateFor('first')
    await using fixture = encryptedHub(first, { clock })
    const endpoint = await fixture.start()
    using client = clientOf(endpoint, trusting(first))
    await client.add([])
    expect(await namePresented(endpoint)).toBe('first')

    writeFileSync(first.keyFile, 'half of a key')
    await clock.advance(10_000)
    expect(await namePresented(endpoint)).toBe('first')
    expect(fixture.lines.at(-1)).toMatchObject({
      level: 'error',
      message: expect.stringContaining('cannot be used') as unknown,
    })

    await certificateFor('second', dirname(first.certFile))
    await clock.advance(10_000)
    expect(await namePresented(endpoint)).toBe('second')
    await expect(client.add(['2'])).resolves.toEqual({ value: '2' })

    await fixture.hub.stop(AbortSignal.abort())
    await clock.advance(0)
    expect(clock.pendingTimers).toBe(0)
  })

  test('files that cannot be used fail the start', async () => {
    const server = await certificateFor('server')
    const { start, hub } = encryptedHub(server, { config: { tls: { key_file: '/none.pem' } } })
    await expect(start()).rejects.toMatchObject({ code: 'TLS_FILES_INVALID', details: { file: '/none.pem' } })
    await hub.stop(new AbortController().signal)
  })

  test('a client in the midst of its handshake is cut at the deadline of a drain', async () => {
    const server = await certificateFor('server')
    const fixture = encryptedHub(server)
    const endpoint = await fixture.start()
    const socket = connectTcp(Number(new URL(endpoint).port), '127.0.0.1')
    await once(socket, 'connect')
    const deadline = new AbortController()
    const drained = fixture.hub.drain(deadline.signal)
    deadline.abort()
    await drained
    socket.destroy()
  })
})

describe('of clients only those that our authority signed may call, where there is one', () => {
  test('one that it signed is served', async () => {
    const server = await certificateFor('server')
    const known = await certificateFor('client')
    await using fixture = encryptedHub(server, { config: { tls: { client_ca_file: known.certFile } } })
    using client = clientOf(await fixture.start(), trusting(server, known))
    await expect(client.add(['1'])).resolves.toEqual({ value: '1' })
  })

  test.each([
    ['one without a certificate', async () => Promise.resolve(undefined)],
    ['one whose certificate somebody else signed', async () => certificateFor('stranger')],
  ])('%s is not', async (_, certificate) => {
    const server = await certificateFor('server')
    const known = await certificateFor('client')
    await using fixture = encryptedHub(server, { config: { tls: { client_ca_file: known.certFile } } })
    using client = clientOf(await fixture.start(), trusting(server, await certificate()))
    await expect(client.add(['1'])).rejects.toMatchObject({ code: status.UNAVAILABLE })
  })
})

test('a hub that other machines reach warns of what it lacks: encryption, and callers who are known', async () => {
  const server = await certificateFor('server')
  const warningsOf = async (config: Record<string, unknown>): Promise<string[]> => {
    await using fixture = createHub({ config: { listen_addr: '0.0.0.0:0', ...config } })
    await fixture.start()
    return fixture.lines.filter(({ level }) => level === 'warn').map(({ message }) => message)
  }
  const tls = { cert_file: server.certFile, key_file: server.keyFile }
  expect(await warningsOf({})).toEqual([
    expect.stringContaining('without encryption'),
    expect.stringContaining('callers who do not say who they are'),
  ])
  expect(await warningsOf({ tls })).toEqual([expect.stringContaining('callers who do not say who they are')])
  expect(await warningsOf({ tls: { ...tls, client_ca_file: server.certFile } })).toEqual([])
})
