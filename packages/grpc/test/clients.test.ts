import { once } from 'node:events'
import { createServer as createHttp2Server, type ServerHttp2Session } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { Metadata, Server, ServerCredentials, status, type sendUnaryData, type ServerUnaryCall } from '@grpc/grpc-js'
import { afterEach, describe, expect, test } from '@jest/globals'
import { clientKey, createHost, Module, type CallPolicy, type Host, type ModuleCtx } from '@modkit/core'
import { FakeClock, silentLogger } from '@modkit/core/spi'
import { fixedEndpoints } from '../src/client/channel-source.js'
import { clientSettings } from '../src/client/client-settings.js'
import { GrpcClients } from '../src/client/grpc-clients.js'
import { encodeStatusDetails, STATUS_DETAILS_KEY } from '../src/failure/status-details.js'
import { ClientTls, GrpcHub, loadService, type HubConfig } from '../src/index.js'
import { probeGrpc, createEverything, type Probe } from './fixtures/probe.grpc.js'
import { rejection } from './deferred.js'
import { createSocketPath } from './hub-fixture.js'
import { createCallerHost, createProbeHost, endpointOf, Probes } from './probe-host.js'
import { createProbe, probeClient } from './probe.js'

const cleanups: (() => unknown)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

const started = async (host: Host): Promise<Host> => {
  cleanups.push(() => host.stop())
  return host.start()
}

type Echo = (call: ServerUnaryCall<object, object>, answer: sendUnaryData<object>) => void

/** A bare grpc-js server whose echo and waits are answered so. */
async function foreignServer(echo: Echo, address = '127.0.0.1:0'): Promise<string> {
  const server = new Server()
  const definition = loadService(probeGrpc.proto, probeGrpc.service, probeGrpc)
  server.addService(definition, { Echo: echo, Wait: echo })
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    )
  })
  cleanups.push(() => server.forceShutdown())
  return address.startsWith('unix:') ? address : `http://127.0.0.1:${String(port)}`
}

/** A probe's client for what serves at `endpoint`. */
async function callerOf(endpoint: string, policy: CallPolicy = {}): Promise<Probe> {
  const host = await started(createCallerHost(endpoint))
  return host.clients.get(clientKey<Probe>('probe', { grpc: { ...probeGrpc, policy } }))
}

describe('a client of another process', () => {
  test('can be asked for before the host runs, called while it runs, and not after', async () => {
    const served = await started(createProbeHost())
    let early: Promise<Error> | undefined
    @Module({ name: 'early', deps: ['grpc-hub'] })
    class Early {
      init({ clients }: ModuleCtx): void {
        early = rejection(clients.get(probeClient).open({}))
      }
    }
    const client = { endpoints: { 'probe.v1.Probe': endpointOf(served) } }
    const host = await started(
      createHost({
        modules: [Early, GrpcHub],
        config: { modules: { 'grpc-hub': { config: { listen_addr: '127.0.0.1:0', client } } } },
        logger: silentLogger,
      }),
    )
    const probe = host.clients.get(probeClient)
    expect(host.clients.get(probeClient)).toBe(probe)
    expect(await early).toMatchObject({
      code: 'CLIENT_UNAVAILABLE',
      message: expect.stringContaining('not from init()'),
    })
    await expect(probe.open({})).resolves.toEqual({ value: 0n })
    const waiting = rejection(probe.wait({}))
    while ((await probe.open({})).value !== 1n);
    await host.stop()
    expect(await waiting).toMatchObject({ code: 'CLIENT_UNAVAILABLE' })
    await expect(probe.open({})).rejects.toMatchObject({
      code: 'CLIENT_UNAVAILABLE',
      message: 'The client "probe" is unavailable: this host has stopped.',
    })
  })

  test('is not there where nobody knows of its service', async () => {
    @Module({ name: 'alone' })
    class Alone {}
    const config = { modules: { 'grpc-hub': { config: { listen_addr: '127.0.0.1:0' } } } }
    const host = await started(createHost({ modules: [Alone, GrpcHub], config, logger: silentLogger }))
    expect(host.clients.tryGet(probeClient)).toBeUndefined()
    expect(() => host.clients.get(probeClient)).toThrow('No client "probe" is registered.')
  })

  test('is unavailable where nobody answers', async () => {
    await using socket = await createSocketPath()
    const probe = await callerOf(`unix://${socket.path}`)
    for (const call of [
      probe.open({}),
      probe.sum((async function* () {})()),
      probe.count({ value: 1n })[Symbol.asyncIterator]().next(),
    ]) {
      await expect(call).rejects.toMatchObject({ code: 'CLIENT_UNAVAILABLE', details: { client: 'probe' } })
    }
  })

  test('fails with an error whose stack names those who wait for it, whoever made it', async () => {
    await using socket = await createSocketPath()
    const refusing = await callerOf(await foreignServer((_call, answer) => answer({ code: status.NOT_FOUND })))
    const throwing = (await started(createCallerHost(endpointOf(await started(createProbeHost()))))).clients
    async function whoeverWaits(call: () => Promise<unknown>): Promise<string | undefined> {
      try {
        await call()
        return undefined
      } catch (error) {
        return (error as Error).stack
      }
    }
    const away = await callerOf(`unix://${socket.path}`)
    const calls: (() => Promise<unknown>)[] = [
      () => refusing.wait({}),
      () => throwing.get(probeClient).fail({ name: 'host' }),
      () => away.open({}),
      () => away.sum((async function* () {})()),
    ]
    const limit = Error.stackTraceLimit
    for (const call of calls) expect(await whoeverWaits(call)).toMatch(/at (?:async )?whoeverWaits/)
    expect(Error.stackTraceLimit).toBe(limit)
  })

  test('finds a service that comes later when it may wait, and again when it has moved', async () => {
    await using socket = await createSocketPath()
    const probe = await callerOf(`unix://${socket.path}`, { waitForReady: true })
    const waiting = probe.open({})
    const first = await started(createProbeHost({ listen_addr: `unix://${socket.path}` }))
    await expect(waiting).resolves.toEqual({ value: 0n })
    await first.stop()
    await started(createProbeHost({ listen_addr: `unix://${socket.path}` }))
    await expect(probe.open({})).resolves.toEqual({ value: 0n })
  })

  test('tries again what may be called twice, and nothing else', async () => {
    let calls = 0
    const endpoint = await foreignServer((call, answer) => {
      calls++
      if (calls % 3 === 0) answer(null, call.request)
      else answer({ code: status.UNAVAILABLE, details: 'not yet' })
    })
    const probe = await callerOf(endpoint)
    await expect(probe.echo(createEverything({ text: 'once more' }))).resolves.toMatchObject({ text: 'once more' })
    expect(calls).toBe(3)
    await expect(probe.wait({})).rejects.toMatchObject({ code: 'CLIENT_UNAVAILABLE', details: { reason: 'not yet' } })
    expect(calls).toBe(4)
    calls = 0
    const patient = await callerOf(endpoint, { idempotent: ['wait'] })
    await expect(patient.wait({})).resolves.toEqual({ value: 0n })
    calls = 0
    const hasty = await callerOf(endpoint, { attempts: 1 })
    await expect(hasty.echo(createEverything())).rejects.toMatchObject({ code: 'CLIENT_UNAVAILABLE' })
    expect(calls).toBe(1)
  })

  test('shows what a service of another make says of its errors', async () => {
    const details = encodeStatusDetails({
      code: status.NOT_FOUND,
      message: 'No such axle.',
      errorInfo: { reason: 'NO_AXLE', domain: 'axles.example', metadata: {} },
      violations: [{ field: 'axle', description: 'is unknown' }],
      retryAfterMs: 2_500,
      requestId: 'r-1',
    })
    const endpoint = await foreignServer((_call, answer) => {
      const metadata = new Metadata()
      metadata.set(STATUS_DETAILS_KEY, details)
      answer({ code: status.NOT_FOUND, details: 'No such axle.', metadata })
    })
    const probe = await callerOf(endpoint)
    await expect(probe.wait({})).rejects.toMatchObject({
      code: 'GRPC_CALL_FAILED',
      message: 'The call /probe.v1.Probe/Wait failed with NOT_FOUND: No such axle.',
      details: {
        status: 'NOT_FOUND',
        error: { reason: 'NO_AXLE', domain: 'axles.example' },
        violations: [{ field: 'axle', description: 'is unknown' }],
        retryAfterMs: 2_500,
        traceId: 'r-1',
      },
    })
  })

  test('says of a method that the service does not know that it is unimplemented', async () => {
    const probe = await callerOf(await foreignServer(() => undefined))
    await expect(probe.open({})).rejects.toMatchObject({
      code: 'GRPC_CALL_FAILED',
      details: { status: 'UNIMPLEMENTED' },
    })
  })

  test('survives a service that writes nonsense where our side writes a problem', async () => {
    const problem = JSON.stringify({ status: 'x', detail: { toString: 1 } })
    const details = encodeStatusDetails({
      code: status.NOT_FOUND,
      message: 'No such axle.',
      errorInfo: { reason: 'PROBLEM', domain: 'modkit.problem', metadata: { problem } },
    })
    const endpoint = await foreignServer((_call, answer) => {
      const metadata = new Metadata()
      metadata.set(STATUS_DETAILS_KEY, details)
      answer({ code: status.NOT_FOUND, details: 'No such axle.', metadata })
    })
    const probe = await callerOf(endpoint)
    await expect(probe.wait({})).rejects.toMatchObject({ name: 'Problem', status: 500, detail: 'No such axle.' })
  })

  test('takes responses up to the limit that is set', async () => {
    const served = await started(
      createProbeHost({ limits: { max_receive_message_bytes: 9e6, max_send_message_bytes: 9e6 } }),
    )
    const sent = createEverything({ blob: Buffer.alloc(5e6) })
    const large = async (client: HubConfig['client']): Promise<number> => {
      const caller = await started(createCallerHost(endpointOf(served), client))
      return (await caller.clients.get(probeClient).echo(sent)).blob.byteLength
    }
    await expect(large({})).rejects.toMatchObject({ details: { status: 'RESOURCE_EXHAUSTED' } })
    await expect(large({ max_receive_message_bytes: 9e6 })).resolves.toBe(5e6)
  })

  test('waits as long as its key says where the caller says nothing', async () => {
    const probe = await callerOf(await foreignServer(() => undefined), { deadline: '120ms' })
    await expect(probe.wait({})).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      details: { operation: 'The call /probe.v1.Probe/Wait', afterMs: 120 },
    })
    await expect(probe.wait({}, { deadline: Date.now() - 5 })).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      details: { afterMs: 0 },
    })
    await expect(probe.wait({}, { deadline: NaN })).rejects.toThrow(TypeError)
  })

  test('sends no faster than the service reads, and reads no faster than its caller', async () => {
    const served = await started(createProbeHost())
    const { flood } = served.module(Probes)
    const probe = await callerOf(endpointOf(served))
    const requests = { made: 0 }
    const responses = probe.flood(createProbe(requests).flood((async function* () {})()))[Symbol.asyncIterator]()
    for (let i = 0; i < 5; i++) await responses.next()
    for (let i = 0; i < 100; i++) await probe.open({})
    expect(flood.made).toBeGreaterThan(5)
    expect(flood.made).toBeLessThan(100)
    expect(requests.made).toBeLessThan(100)
    await responses.return?.()
  })
})

describe('a key whose policy is wrong', () => {
  test.each<[string, CallPolicy, object]>([
    ['names a method that is not there', { idempotent: ['ecko'] }, { code: 'GRPC_SERVICE_INVALID' }],
    ['wants no attempt', { attempts: 0 }, { code: 'GRPC_SERVICE_INVALID' }],
    ['has a deadline that is none', { deadline: 'soon' }, { code: 'DURATION_INVALID' }],
  ])('%s', async (_, policy, expected) => {
    await expect(callerOf('http://127.0.0.1:1', policy)).rejects.toMatchObject(expected)
  })
})

test('time is the clock’s', async () => {
  const clock = new FakeClock()
  const endpoints = { 'probe.v1.Probe': await foreignServer(() => undefined) }
  const channels = fixedEndpoints(endpoints, new ClientTls({ settings: {}, clock, logger: silentLogger }))
  const clients = new GrpcClients({ settings: clientSettings(), channels, clock })
  clients.open()
  cleanups.push(() => clients.close())
  // The clock stands at the epoch's beginning, so the deadline of a call lies far in the past of the network's.
  const probe = clients.find(probeClient)
  await expect(probe?.wait({})).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED', details: { afterMs: 10_000 } })
})

test('a host that stops leaves neither a connection nor a waiting caller behind', async () => {
  const server = createHttp2Server()
  cleanups.push(() => server.close())
  const session = once(server, 'session') as Promise<[ServerHttp2Session]>
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const host = createCallerHost(`http://127.0.0.1:${String(port)}`)
  await host.start()
  const probe = host.clients.get(probeClient)
  const calls = [rejection(probe.wait({})), rejection(probe.sum(createProbe().count({ value: 0n })))]
  const [[connection]] = await Promise.all([session, once(server, 'stream')])
  const closed = once(connection, 'close')
  await host.stop()
  for (const call of calls) expect(await call).toMatchObject({ code: 'CLIENT_UNAVAILABLE' })
  await closed
})
