import { once } from 'node:events'
import { copyFileSync, writeFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from '@jest/globals'
import { clientKey, type Host } from '@modkit/core'
import { FakeClock, silentLogger } from '@modkit/core/spi'
import { certificateFor, type Certificate } from '../../gateway/test/support/certificates.js'
import { ClientTls, directoryClient, type ClientTlsConfig, type HubConfig } from '../src/index.js'
import { clientTlsSettings } from '../src/tls/client-tls-settings.js'
import { rejection } from './deferred.js'
import { probeGrpc, type Probe } from './fixtures/probe.grpc.js'
import { createCallerHost, createHubHost, createProbeHost, endpointOf } from './probe-host.js'
import { probeClient } from './probe.js'

const cleanups: (() => unknown)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

const started = async (host: Host): Promise<Host> => {
  cleanups.push(() => host.stop())
  return host.start()
}

const serving = (server: Certificate, client?: Certificate): NonNullable<HubConfig['tls']> => ({
  cert_file: server.certFile,
  key_file: server.keyFile,
  ...(client && { client_ca_file: client.certFile }),
})

const showing = (client: Certificate): ClientTlsConfig => ({ cert_file: client.certFile, key_file: client.keyFile })

const asLocalhost = (endpoint: string): string => endpoint.replace('127.0.0.1', 'localhost')

/** What a client with these settings gets from what serves at `endpoint`. */
async function callWith(endpoint: string, tls: ClientTlsConfig = {}): Promise<unknown> {
  const host = await started(createCallerHost(endpoint, { tls, attempts: 1 }))
  return host.clients.get(probeClient).open({}, { deadline: Date.now() + 5_000 })
}

describe('an https endpoint that is written down', () => {
  test('is called by who trusts its certificate, whose name must be that of the endpoint or the configured one', async () => {
    const server = await certificateFor('server')
    const endpoint = endpointOf(await started(createProbeHost({ tls: serving(server) })))
    const trusting = { ca_file: server.certFile }
    await expect(callWith(asLocalhost(endpoint), trusting)).resolves.toEqual(expect.anything())
    await expect(callWith(endpoint, { ...trusting, server_name: 'localhost' })).resolves.toEqual(expect.anything())
    const unnamed = { code: 'CLIENT_UNAVAILABLE', message: expect.stringContaining('127.0.0.1') as unknown }
    await expect(rejection(callWith(endpoint, trusting))).resolves.toMatchObject(unnamed)
    const untrusted = { code: 'CLIENT_UNAVAILABLE', message: expect.stringContaining('self-signed') as unknown }
    await expect(rejection(callWith(asLocalhost(endpoint)))).resolves.toMatchObject(untrusted)
  })

  test('that asks who connects is told by a certificate, which is read again once it was renewed', async () => {
    const server = await certificateFor('server')
    const known = await certificateFor('known')
    const stranger = await certificateFor('stranger')
    const endpoint = asLocalhost(endpointOf(await started(createProbeHost({ tls: serving(server, known) }))))
    const tls = { ca_file: server.certFile, ...showing(stranger) }
    const host = await started(createCallerHost(endpoint, { tls, attempts: 1 }))
    const open = (): Promise<unknown> => host.clients.get(probeClient).open({}, { deadline: Date.now() + 5_000 })
    await expect(rejection(open())).resolves.toMatchObject({ code: 'CLIENT_UNAVAILABLE' })
    writeFileSync(stranger.keyFile, 'half of a key')
    await expect(rejection(open())).resolves.toMatchObject({ code: 'CLIENT_UNAVAILABLE' })
    copyFileSync(known.certFile, stranger.certFile)
    copyFileSync(known.keyFile, stranger.keyFile)
    // The channel is the same, and tries again after a pause.
    const patient = host.clients.get(
      clientKey<Probe>('patient', { grpc: { ...probeGrpc, policy: { waitForReady: true } } }),
    )
    await expect(patient.open({}, { deadline: Date.now() + 15_000 })).resolves.toEqual(expect.anything())
  })
})

describe('a directory behind TLS', () => {
  const secret = 'secret-of-the-operator'

  /** A host that keeps a directory, and the settings with which others join it. */
  async function keeper() {
    const server = await certificateFor('server')
    const tls = serving(server)
    const host = await started(createHubHost({ tls, directory: { secrets: [secret] } }))
    const client = { tls: { ca_file: server.certFile, server_name: 'localhost' } }
    return { tls, joining: { directory: { endpoint: endpointOf(host), token: secret }, client } }
  }

  test.each(['encrypted', 'plain'])(
    'is joined, and an instance with an %s endpoint is found and called',
    async (kind) => {
      const { tls, joining } = await keeper()
      const instance = createProbeHost({ ...joining, ...(kind === 'encrypted' && { tls }) })
      expect(endpointOf(await started(instance))).toMatch(kind === 'encrypted' ? /^https:/ : /^http:/)
      const caller = await started(createHubHost(joining))
      await expect(caller.clients.get(probeClient).open({})).resolves.toEqual(expect.anything())
      await expect(caller.clients.get(directoryClient).listInstances('probes')).resolves.toHaveLength(1)
    },
  )

  test('is not joined by who does not know its certificate', async () => {
    const { joining } = await keeper()
    const stranger = await started(createHubHost({ directory: joining.directory }))
    const asked = rejection(stranger.clients.get(directoryClient).listInstances('probes'))
    await expect(asked).resolves.toMatchObject({ code: 'DIRECTORY_UNAVAILABLE' })
  })
})

describe('settings', () => {
  test('of files that cannot be used end the start', async () => {
    const { certFile } = await certificateFor('one')
    const { keyFile } = await certificateFor('another')
    const refused = expect.objectContaining({ code: 'TLS_FILES_INVALID' }) as unknown
    const startWith = (tls: ClientTlsConfig): Promise<Error> => rejection(createHubHost({ client: { tls } }).start())
    await expect(startWith({ ca_file: '/nowhere/ca.pem' })).resolves.toMatchObject({ cause: refused })
    await expect(startWith({ cert_file: certFile, key_file: keyFile })).resolves.toMatchObject({ cause: refused })
    await expect(startWith({ cert_file: certFile })).resolves.toMatchObject({
      message: expect.stringContaining('key_file is missing') as unknown,
    })
  })

  test('that are left out come from the environment, which children share', () => {
    const environment = {
      MODKIT_TLS_CA_FILE: 'ca.pem',
      MODKIT_TLS_CERT_FILE: 'cert.pem',
      MODKIT_TLS_KEY_FILE: 'key.pem',
      MODKIT_TLS_SERVER_NAME: 'hub.internal',
    }
    const all = { caFile: 'ca.pem', certFile: 'cert.pem', keyFile: 'key.pem', serverName: 'hub.internal' }
    expect(clientTlsSettings(undefined, environment)).toEqual(all)
    expect(clientTlsSettings({ cert_file: 'own.pem', key_file: 'own.key' }, environment)).toEqual({
      ...all,
      certFile: 'own.pem',
      keyFile: 'own.key',
    })
  })

  test('a server that never agrees on encryption is given up', async () => {
    const silent = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    cleanups.push(() => silent.close())
    const connection = connect((silent.address() as AddressInfo).port, '127.0.0.1')
    await once(connection, 'connect')
    const clock = new FakeClock()
    const secured = rejection(
      new ClientTls({ settings: {}, clock, logger: silentLogger }).secure(connection, ['localhost']),
    )
    await clock.advance(5_000)
    await expect(secured).resolves.toMatchObject({ code: 'DEADLINE_EXCEEDED' })
  })
})
