import { once } from 'node:events'
import { rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { dirname } from 'node:path'
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls'
import { describe, expect, test } from '@jest/globals'
import { FakeClock } from '@modkit/core/spi'
import { certificateFor } from './support/certificates.js'
import { recordingLogger, restModule, serve, unstarted } from './support/serve.js'

async function connected(port: number, options: ConnectionOptions): Promise<TLSSocket> {
  const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ...options })
  socket.on('error', () => undefined)
  await Promise.race([once(socket, 'secureConnect'), once(socket, 'error')])
  return socket
}

async function get(port: number, path: string, options: ConnectionOptions): Promise<string> {
  const socket = await connected(port, options)
  let text = ''
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()))
  socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`)
  // Unlike once(), it does not mind an error: being refused is an outcome.
  if (!socket.closed) await new Promise<unknown>((resolve) => socket.once('close', resolve))
  return text
}

const ok = restModule('m', (rest) =>
  rest
    .get('/ok')
    .public()
    .response(204)
    .handle(() => undefined),
)

describe('with a certificate', () => {
  test('the gateway speaks HTTPS, tells browsers to insist, and knows no plain HTTP', async () => {
    const { certFile, keyFile, cert } = await certificateFor('one')
    await using served = await serve({
      modules: [ok],
      config: { tls: { cert_file: certFile, key_file: keyFile } },
    })
    expect(served.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/)
    const answer = await get(served.port, '/ok', { ca: cert })
    expect(answer).toMatch(/^HTTP\/1\.1 204/)
    expect(answer).toContain('strict-transport-security: max-age=15552000; includeSubDomains')
    await expect(fetch(served.url.replace('https', 'http'))).rejects.toThrow()
  })

  test('a renewed one serves new connections, while a broken one changes nothing but the log', async () => {
    const clock = new FakeClock()
    const { logger, lines } = recordingLogger()
    const first = await certificateFor('first')
    await using served = await serve({
      modules: [ok],
      logger,
      host: { clock },
      config: { tls: { cert_file: first.certFile, key_file: first.keyFile } },
    })
    const namePresented = async (): Promise<string | undefined> => {
      const socket = await connected(served.port, { rejectUnauthorized: false })
      const { CN } = socket.getPeerCertificate().subject
      socket.destroy()
      return typeof CN === 'string' ? CN : undefined
    }
    expect(await namePresented()).toBe('first')

    writeFileSync(first.keyFile, 'half of a key')
    await clock.advance(10_000)
    expect(await namePresented()).toBe('first')
    expect(lines.some(({ level, message }) => level === 'error' && message.includes('cannot be used'))).toBe(true)

    rmSync(first.keyFile)
    symlinkSync(first.keyFile, first.keyFile)
    await clock.advance(10_000)
    expect(await namePresented()).toBe('first')
    rmSync(first.keyFile)

    await certificateFor('second', dirname(first.certFile))
    await clock.advance(10_000)
    expect(await namePresented()).toBe('second')
  })

  test('a gateway that cannot be bound looks for no renewed one', async () => {
    const clock = new FakeClock()
    const { certFile, keyFile } = await certificateFor('one')
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const bind_addr = `127.0.0.1:${String((taken.address() as AddressInfo).port)}`
    const host = unstarted({ host: { clock }, config: { bind_addr, tls: { cert_file: certFile, key_file: keyFile } } })
    await expect(host.start()).rejects.toMatchObject({ cause: { code: 'BIND_FAILED' } })
    expect(clock.pendingTimers).toBe(0)
    taken.close()
  })

  test('of a client only those that our authority signed may come in, where there is one', async () => {
    const server = await certificateFor('server')
    const client = await certificateFor('client')
    await using served = await serve({
      modules: [ok],
      config: { tls: { cert_file: server.certFile, key_file: server.keyFile, client_ca_file: client.certFile } },
    })
    const known = await get(served.port, '/ok', { ca: server.cert, cert: client.cert, key: client.key })
    const stranger = await get(served.port, '/ok', { ca: server.cert })
    expect(known).toMatch(/^HTTP\/1\.1 204/)
    expect(stranger).toBe('')
  })
})

test.each<[string, (files: Record<'certFile' | 'keyFile', string>) => object, RegExp]>([
  ['a file that is missing', ({ certFile }) => ({ cert_file: certFile, key_file: '/none.pem' }), /\/none\.pem.*ENOENT/],
  [
    'a key in place of a certificate',
    ({ keyFile }) => ({ cert_file: keyFile, key_file: keyFile }),
    /certificate cannot/,
  ],
])('%s does not start', async (_, tls, reason) => {
  const host = unstarted({ config: { tls: tls(await certificateFor('x')) as never } })
  const error = (await host.start().catch((thrown: unknown) => thrown)) as { cause: Error }
  expect(error.cause.message).toMatch(reason)
})

test('a certificate without a key is a fault of the configuration, found before anything starts', async () => {
  const { certFile } = await certificateFor('x')
  const host = unstarted({ config: { tls: { cert_file: certFile } as never } })
  await expect(host.start()).rejects.toThrow(/tls\.key_file.*is required and not there/)
})

test('a lowest version is kept to', async () => {
  const { certFile, keyFile, cert } = await certificateFor('x')
  await using served = await serve({
    modules: [ok],
    config: { tls: { cert_file: certFile, key_file: keyFile, min_version: 'TLSv1.3' } },
  })
  await expect(connected(served.port, { ca: cert, maxVersion: 'TLSv1.2' })).rejects.toThrow('protocol version')
  expect(await get(served.port, '/ok', { ca: cert, minVersion: 'TLSv1.3' })).toMatch(/^HTTP\/1\.1 204/)
})
