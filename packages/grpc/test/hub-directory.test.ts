import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import type { SecurityContext } from '@modkit/core'
import type { DirectoryClient, ServiceEndpoint } from '@modkit/core/spi'
import { frozenSecurity, oopVariables, systemClock } from '@modkit/core/spi'
import { afterEach, describe, expect, test } from '@jest/globals'
import { directoryClient, DIRECTORY_SERVICE, GrpcDirectoryClient } from '../src/index.js'
import { loadDirectoryService } from '../src/directory/directory-proto.js'
import { CalculatorClient } from './calculator-client.js'
import { calculatorService } from './calculator.js'
import { deferred } from './deferred.js'
import { calculatorWith, createHub, createSocketPath, type HubFixture } from './hub-fixture.js'

const services = [calculatorWith()]
const secret = 'secret-of-the-operator'
const noDeadline = (): AbortSignal => new AbortController().signal

/** The hub of a host whose directory others may join. */
const hostHub = (options: { readonly listen?: string } = {}): HubFixture =>
  createHub({
    module: 'host',
    config: { listen_addr: options.listen ?? '127.0.0.1:0', directory: { secrets: [secret] } },
  })

/** Where the calculator is, once `isWanted` says so. */
async function found(
  directory: DirectoryClient,
  isWanted: (endpoints: readonly ServiceEndpoint[]) => boolean,
): Promise<readonly ServiceEndpoint[]> {
  for await (const endpoints of directory.watchService(calculatorService)) if (isWanted(endpoints)) return endpoints
  return []
}

describe('a hub that is told of no directory', () => {
  test('keeps one, in which its own services are found at its real endpoint until it drains', async () => {
    const instanceId = randomUUID()
    await using fixture = createHub({ services, instanceId })
    const directory = fixture.clients.get(directoryClient)
    await expect(directory.resolveGrpcService(calculatorService)).rejects.toMatchObject({ code: 'SERVICE_NOT_FOUND' })
    const endpoint = await fixture.start()
    await expect(directory.listInstances('math')).resolves.toMatchObject([
      { instanceId, endpoint, state: 'ready', pid: process.pid, services: { [calculatorService]: endpoint } },
    ])
    const [{ startedAt = 0 } = {}] = await directory.listInstances('math')
    expect(startedAt).toBeLessThan(systemClock.now())
    await fixture.hub.drain(noDeadline())
    await expect(directory.listInstances('math')).resolves.toEqual([])
  })

  test('serves it to those who know a secret, and nobody holds the hub by watching when it drains', async () => {
    await using fixture = hostHub()
    using other = new GrpcDirectoryClient({ endpoint: await fixture.start(), token: secret })
    await other.registerInstance({
      module: 'math',
      instanceId: randomUUID(),
      services: { [calculatorService]: 'http://127.0.0.1:1' },
      ready: true,
    })
    const watch = other.watchService(calculatorService)
    await expect(watch.next()).resolves.toMatchObject({ value: [{ endpoint: 'http://127.0.0.1:1' }] })
    await fixture.hub.drain(noDeadline())
    expect(fixture.lines.filter(({ level }) => level === 'warn')).toEqual([])
  })

  test('lets nobody offer the service of the directory but itself', async () => {
    const definition = loadDirectoryService()
    const implementation = Object.fromEntries(Object.keys(definition).map((name) => [name, () => undefined]))
    const { start } = createHub({ services: [{ serviceName: DIRECTORY_SERVICE, definition, implementation }] })
    await expect(start()).rejects.toMatchObject({
      code: 'GRPC_SERVICE_DUPLICATE',
      details: { service: DIRECTORY_SERVICE, modules: ['math', 'grpc-hub'] },
    })
  })
})

describe('a hub that is told of a directory', () => {
  const variables = Object.values(oopVariables)

  afterEach(() => {
    for (const name of variables) Reflect.deleteProperty(process.env, name)
  })

  test('is found there while it serves, and first takes leave, then finishes what is in flight', async () => {
    await using host = hostHub()
    const endpoint = await host.start()
    const called = deferred()
    const answer = deferred<{ value: string }>()
    const sum = (): Promise<{ value: string }> => {
      called.resolve()
      return answer.promise
    }
    const member = createHub({
      services: [calculatorWith({ sum })],
      config: { directory: { endpoint, token: secret } },
    })
    const directory = host.clients.get(directoryClient)
    const memberEndpoint = await member.start()
    expect((await found(directory, ({ length }) => length > 0))[0]?.endpoint).toBe(memberEndpoint)
    using client = new CalculatorClient(memberEndpoint)
    const inFlight = client.sum(['1'])
    await called.promise
    const drained = member.hub.drain(noDeadline())
    await expect(found(directory, ({ length }) => length === 0)).resolves.toEqual([])
    answer.resolve({ value: '7' })
    await expect(inFlight).resolves.toEqual({ value: '7' })
    await drained
  })

  test('has no directory of its own: it finds what the other one knows, and serves none', async () => {
    await using host = createHub({ services, config: { directory: { secrets: [secret] } } })
    const endpoint = await host.start()
    await using member = createHub({ module: 'host', config: { directory: { endpoint, token: secret } } })
    using stranger = new GrpcDirectoryClient({ endpoint: await member.start(), token: secret, timeoutMs: 2_000 })
    const directory = member.clients.get(directoryClient)
    await expect(directory.resolveGrpcService(calculatorService)).resolves.toMatchObject({ endpoint })
    await expect(stranger.listInstances('math')).rejects.toMatchObject({
      code: 'DIRECTORY_UNAVAILABLE',
      details: { reason: expect.stringContaining('does not implement') },
    })
  })

  test('follows the word of the host that keeps it', async () => {
    await using host = hostHub()
    const endpoint = await host.start()
    await using member = createHub({ services, config: { directory: { endpoint, token: secret } } })
    const caller = { subject: 'ann', scopes: [] } as unknown as SecurityContext
    const token = host.hub.vouching.tokenFor(caller)
    expect(() => member.hub.vouching.callerOf(token!)).toThrow()
    await member.start()
    await found(host.clients.get(directoryClient), ({ length }) => length > 0)
    while (member.hub.vouching.publicKey) await new Promise((resolve) => setImmediate(resolve))
    expect(member.hub.vouching.callerOf(token!)).toMatchObject({ subject: 'ann' })
  })

  test('keeps its own word where it shares a key with that host, which believes it', async () => {
    await using folder = await createSocketPath()
    const signing_key_file = `${folder.path}.pem`
    const { privateKey } = generateKeyPairSync('ed25519')
    writeFileSync(signing_key_file, privateKey.export({ format: 'pem', type: 'pkcs8' }))
    await using host = createHub({ module: 'host', config: { signing_key_file, directory: { secrets: [secret] } } })
    const config = { signing_key_file, directory: { endpoint: await host.start(), token: secret } }
    await using member = createHub({ services, config })
    await member.start()
    await found(host.clients.get(directoryClient), ({ length }) => length > 0)
    await member.clients.get(directoryClient).listInstances('math')
    const ann = frozenSecurity({ subject: 'ann', scopes: [] })
    const token = member.hub.vouching.tokenFor(ann)
    expect(host.hub.vouching.callerOf(token!)).toEqual(ann)
  })

  test.each([
    ['is not there', undefined, 'ENOENT'],
    ['is of another kind', generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, 'kind ec'],
  ])('does not start where the file of the key %s', async (_what, key, reason) => {
    await using folder = await createSocketPath()
    const signing_key_file = `${folder.path}.pem`
    if (key) writeFileSync(signing_key_file, key.export({ format: 'pem', type: 'pkcs8' }))
    const thrown = expect.objectContaining({
      code: 'SIGNING_KEY_INVALID',
      details: { file: signing_key_file, reason: expect.stringContaining(reason) as unknown },
    }) as unknown
    expect(() => createHub({ config: { signing_key_file } })).toThrow(thrown)
  })

  test('starts although the directory is down, and is found when it comes up', async () => {
    await using socket = await createSocketPath()
    const endpoint = `unix://${socket.path}`
    await using member = createHub({ services, config: { directory: { endpoint, token: secret } } })
    const memberEndpoint = await member.start()
    using client = new CalculatorClient(memberEndpoint)
    await expect(client.add(['1', '2'])).resolves.toEqual({ value: '3' })
    await using host = hostHub({ listen: endpoint })
    await host.start()
    const endpoints = await found(host.clients.get(directoryClient), ({ length }) => length > 0)
    expect(endpoints).toMatchObject([{ endpoint: memberEndpoint }])
  })

  test('believes the environment that its host gave it, and is known though it offers nothing', async () => {
    await using host = hostHub()
    const identity = { module: 'mailer', instanceId: randomUUID() }
    process.env[oopVariables.directoryEndpoint] = await host.start()
    process.env[oopVariables.directoryToken] = host.moduleManager.tokens.issue(identity)
    process.env[oopVariables.instanceId] = identity.instanceId
    process.env[oopVariables.module] = identity.module
    await using member = createHub({ module: 'mailer' })
    await member.start()
    while (host.moduleManager.instancesOf('mailer').length === 0) await new Promise((resolve) => setImmediate(resolve))
    expect(host.moduleManager.instancesOf('mailer')).toMatchObject([{ ...identity, state: 'ready', pid: process.pid }])
    await member.hub.drain(noDeadline())
    expect(host.moduleManager.allInstances()).toEqual([])
  })
})
