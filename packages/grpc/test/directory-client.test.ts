import { randomUUID } from 'node:crypto'
import { HostError } from '@modkit/core'
import type { DirectoryClient, DirectoryRegistration } from '@modkit/core/spi'
import { describe, expect, test } from '@jest/globals'
import { startDirectory, type DirectoryFixture } from './directory-fixture.js'
import { rejection } from './deferred.js'
import { createSocketPath } from './hub-fixture.js'

interface Place {
  start(): Promise<DirectoryFixture & { readonly client: DirectoryClient }>
}

const places: readonly (readonly [string, Place])[] = [
  ['in the process of the directory', { start: async () => withClient(await startDirectory(), 'local') }],
  ['outside of it, over TCP', { start: async () => withClient(await startDirectory(), 'remote') }],
  [
    'outside of it, over a Unix socket',
    {
      async start() {
        const socket = await createSocketPath()
        const fixture = await startDirectory({ listen: `unix://${socket.path}` })
        const withSocket = withClient(fixture, 'remote')
        return {
          ...withSocket,
          async [Symbol.asyncDispose]() {
            await fixture[Symbol.asyncDispose]()
            await socket[Symbol.asyncDispose]()
          },
        }
      },
    },
  ],
]

function withClient(fixture: DirectoryFixture, kind: 'local' | 'remote') {
  const client: DirectoryClient = kind === 'local' ? fixture.local : fixture.remote()
  return { ...fixture, client }
}

const service = 'calculator.v1.Calculator'

function registration(over: Partial<DirectoryRegistration> = {}): DirectoryRegistration {
  return {
    module: 'calculator',
    instanceId: randomUUID(),
    services: { [service]: 'http://127.0.0.1:4711' },
    ready: true,
    ...over,
  }
}

/** The next list of endpoints that a watch gives. */
async function next(
  watch: AsyncIterator<readonly { readonly endpoint: string }[]>,
): Promise<readonly string[] | 'end'> {
  const { done, value } = await watch.next()
  return done === true ? 'end' : (value as readonly { endpoint: string }[]).map(({ endpoint }) => endpoint)
}

describe.each(places)('a client of the directory %s', (_, { start }) => {
  test('registers an instance, which is found at once, listed with all that it said, and gone when it takes leave', async () => {
    await using directory = await start()
    const { client } = directory
    const said = registration({ version: '1.2.3', pid: 42, startedAt: 1_767_225_600_123 })
    await client.registerInstance(said)
    const { ready: _ready, ...facts } = said
    await expect(client.resolveGrpcService(service)).resolves.toEqual({
      module: 'calculator',
      instanceId: said.instanceId,
      endpoint: 'http://127.0.0.1:4711',
    })
    await expect(client.listInstances('calculator')).resolves.toEqual([
      { ...facts, endpoint: 'http://127.0.0.1:4711', state: 'ready' },
    ])
    await client.deregisterInstance(said)
    await client.deregisterInstance(said)
    await expect(client.listInstances('calculator')).resolves.toEqual([])
    const lost = await rejection(client.resolveGrpcService(service))
    expect(lost).toMatchObject({ code: 'SERVICE_NOT_FOUND', details: { service }, hint: expect.any(String) })
  })

  test('registers one that does not serve yet, which is found from its first heartbeat on', async () => {
    await using directory = await start()
    const { client } = directory
    const starting = registration({ ready: false })
    await client.registerInstance(starting)
    await expect(client.listInstances('calculator')).resolves.toMatchObject([{ state: 'registered' }])
    await expect(client.resolveGrpcService(service)).rejects.toMatchObject({ code: 'SERVICE_NOT_FOUND' })
    await client.sendHeartbeat(starting)
    await expect(client.listInstances('calculator')).resolves.toMatchObject([{ state: 'healthy' }])
    await expect(client.resolveGrpcService(service)).resolves.toMatchObject({ instanceId: starting.instanceId })
  })

  test('is told by which key the signatures of the host are checked', async () => {
    await using directory = await start()
    const { signingKey: told } = await directory.client.registerInstance(registration())
    expect(told?.length).toBeGreaterThan(0)
    expect(Buffer.from(told ?? [])).toEqual(directory.signingKey)
  })

  test('is given each instance in turn', async () => {
    await using directory = await start()
    const { client } = directory
    for (const port of [1, 2, 3]) {
      await client.registerInstance(registration({ services: { [service]: `http://127.0.0.1:${String(port)}` } }))
    }
    const found: string[] = []
    for (let i = 0; i < 6; i++) found.push((await client.resolveGrpcService(service)).endpoint)
    expect(found.slice(0, 3).sort()).toEqual([1, 2, 3].map((port) => `http://127.0.0.1:${String(port)}`))
    expect(found.slice(3)).toEqual(found.slice(0, 3))
  })

  test('brings an instance back by a heartbeat when it had been given up', async () => {
    await using directory = await start()
    const { client, manager } = directory
    const silent = registration()
    await client.registerInstance(silent)
    manager.markQuarantined('calculator', silent.instanceId)
    await expect(client.resolveGrpcService(service)).rejects.toMatchObject({ code: 'SERVICE_NOT_FOUND' })
    await client.sendHeartbeat(silent)
    await expect(client.resolveGrpcService(service)).resolves.toMatchObject({ instanceId: silent.instanceId })
  })

  test('tells with its heartbeat how the module is, as long as it says so', async () => {
    await using directory = await start()
    const { client, manager } = directory
    const telling = registration()
    const said = { module: telling.module, instanceId: telling.instanceId }
    await client.registerInstance(telling)
    await client.sendHeartbeat({ ...said, health: { status: 'degraded', detail: 'no paper' } })
    expect(manager.healthOf(said)).toEqual({ status: 'degraded', detail: 'no paper' })
    await client.sendHeartbeat({ ...said, health: { status: 'down', detail: 'x'.repeat(1_000_000) } })
    expect(manager.healthOf(said)?.status).toBe('down')
    await client.sendHeartbeat({ ...said, health: { status: 'ok' } })
    expect(manager.healthOf(said)).toEqual({ status: 'ok' })
    await client.sendHeartbeat(said)
    expect(manager.healthOf(said)).toBeUndefined()
  })

  test('is told when the directory does not know who sends a heartbeat', async () => {
    await using directory = await start()
    const { module, instanceId } = registration()
    await expect(directory.client.sendHeartbeat({ module, instanceId })).rejects.toMatchObject({
      code: 'INSTANCE_UNKNOWN',
      details: { module, instanceId },
    })
  })

  test('watches a service: where it is now, and then every change, but nothing else', async () => {
    await using directory = await start()
    const { client } = directory
    const stop = new AbortController()
    const watch = client.watchService(service, { signal: stop.signal })[Symbol.asyncIterator]()
    await expect(next(watch)).resolves.toEqual([])
    const [a, b] = [registration(), registration({ services: { [service]: 'unix:///run/b.sock' } })]
    await client.registerInstance(a)
    await expect(next(watch)).resolves.toEqual(['http://127.0.0.1:4711'])
    const changed = next(watch)
    await client.sendHeartbeat(a)
    await client.registerInstance(a)
    await client.registerInstance(
      registration({ module: 'other', services: { 'other.v1.Other': 'http://127.0.0.1:1' } }),
    )
    await client.registerInstance(b)
    await expect(changed).resolves.toEqual(['http://127.0.0.1:4711', 'unix:///run/b.sock'])
    await client.registerInstance({ ...a, services: { [service]: 'http://127.0.0.1:4712' } })
    await expect(next(watch)).resolves.toEqual(['http://127.0.0.1:4712', 'unix:///run/b.sock'])
    await client.deregisterInstance(b)
    await expect(next(watch)).resolves.toEqual(['http://127.0.0.1:4712'])
    const last = next(watch)
    stop.abort()
    await expect(last).resolves.toBe('end')
  })

  test.each<[string, string, Partial<DirectoryRegistration>]>([
    ['an id that is no UUID', 'instance_id', { instanceId: 'one' }],
    ['an empty id', 'instance_id', { instanceId: '' }],
    ['no module', 'module_name', { module: '' }],
    ['a name without end', 'module_name', { module: 'x'.repeat(600) }],
    ['a service that is none', 'service_name', { services: { 'not a service': 'http://127.0.0.1:1' } }],
    ['an endpoint that nobody can dial', 'endpoint_uri', { services: { [service]: 'http://127.0.0.1' } }],
    ['an endpoint without an address', 'endpoint_uri', { services: { [service]: '' } }],
    ['a pipe', 'endpoint_uri', { services: { [service]: 'pipe://calculator' } }],
    ['a version without end', 'version', { version: '1'.repeat(600) }],
  ])('cannot register %s', async (__, field, over) => {
    await using directory = await start()
    const refused = rejection(directory.client.registerInstance(registration(over)))
    await expect(refused).resolves.toMatchObject({ code: 'DIRECTORY_REQUEST_INVALID', details: { field } })
    expect(directory.manager.allInstances()).toEqual([])
  })

  test('is told of what no directory can read', async () => {
    await using directory = await start()
    const { client } = directory
    const refused = [
      client.resolveGrpcService('../etc/passwd'),
      client.listInstances(''),
      client.sendHeartbeat({ module: 'calculator', instanceId: 'nobody' }),
      client.deregisterInstance({ module: 'calculator', instanceId: 'nobody' }),
      client.watchService('')[Symbol.asyncIterator]().next(),
    ]
    const codes = await Promise.all(refused.map(async (call) => HostError.find(await rejection(call))?.code))
    expect(new Set(codes)).toEqual(new Set(['DIRECTORY_REQUEST_INVALID']))
  })

  test('gives up when it is told to', async () => {
    await using directory = await start()
    const reason = new Error('no longer needed')
    const options = { signal: AbortSignal.abort(reason) }
    const { client } = directory
    await expect(client.resolveGrpcService(service, options)).rejects.toBe(reason)
    await expect(client.registerInstance(registration(), options)).rejects.toBe(reason)
    await expect(client.watchService(service, options)[Symbol.asyncIterator]().next()).resolves.toMatchObject({
      done: true,
    })
    expect(directory.manager.allInstances()).toEqual([])
  })
})
