import { randomUUID } from 'node:crypto'
import { Client, credentials, Metadata, status, type ServiceDefinition } from '@grpc/grpc-js'
import { loadSync } from '@grpc/proto-loader'
import { fileURLToPath } from 'node:url'
import { HostError } from '@modkit/core'
import type { DirectoryClient } from '@modkit/core/spi'
import { describe, expect, test } from '@jest/globals'
import { dialTarget, DIRECTORY_SERVICE } from '../src/index.js'
import { loadDirectoryService } from '../src/directory/directory-proto.js'
import { otherSecret, secret, startDirectory, type DirectoryFixture } from './directory-fixture.js'
import { rejection } from './deferred.js'

const shipped = fileURLToPath(new URL('../proto/directory.proto', import.meta.url))

/** The messages as they were before anything was added. */
const original = loadSync(fileURLToPath(new URL('./fixtures/original-directory.proto', import.meta.url)))[
  DIRECTORY_SERVICE
] as ServiceDefinition

interface Exchange {
  readonly method: string
  readonly request: object
  readonly token?: string | undefined
  readonly header?: string
}

/** One call of a client of another make, over a connection of its own. */
async function exchange(directory: DirectoryFixture, { method, request, token, header }: Exchange): Promise<unknown> {
  const client = new Client(dialTarget(directory.endpoint), credentials.createInsecure(), {
    'grpc.use_local_subchannel_pool': 1,
  })
  const { path, requestSerialize, responseDeserialize } = original[method]!
  const metadata = new Metadata()
  const authorization = header ?? (token === undefined ? undefined : `Bearer ${token}`)
  if (authorization !== undefined) metadata.set('authorization', authorization)
  try {
    return await new Promise((resolve, reject) => {
      client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, metadata, (error, answer) => {
        if (error) reject(error)
        else resolve(answer)
      })
    })
  } finally {
    client.close()
  }
}

const service = 'calculator.v1.Calculator'

test('the proto file that is shipped is what is spoken', () => {
  const read = loadSync(shipped, { longs: String, enums: String, defaults: true })[
    DIRECTORY_SERVICE
  ] as ServiceDefinition
  const spoken = loadDirectoryService()
  expect(Object.keys(spoken)).toEqual(Object.keys(read))
  for (const [name, method] of Object.entries(read)) {
    const { path, requestStream, responseStream, requestType, responseType } = spoken[name] as unknown as Method
    expect({ path, requestStream, responseStream }).toMatchObject({
      path: method.path,
      requestStream: method.requestStream,
      responseStream: method.responseStream,
    })
    const { requestType: readRequest, responseType: readResponse } = method as unknown as Method
    expect([requestType.type, responseType.type]).toEqual([readRequest.type, readResponse.type])
  }
})

interface Method {
  readonly path: string
  readonly requestStream: boolean
  readonly responseStream: boolean
  readonly requestType: { readonly type: unknown }
  readonly responseType: { readonly type: unknown }
}

test('a client that knows nothing of what was added registers, is found from its first heartbeat on, and leaves', async () => {
  await using directory = await startDirectory()
  const call = (method: string, request: object) => exchange(directory, { method, request, token: secret })
  const instance = { moduleName: 'calculator', instanceId: randomUUID() }
  const grpcServices = [{ serviceName: service, endpointUri: 'http://127.0.0.1:4711' }]
  await call('RegisterInstance', { ...instance, grpcServices, version: '1.0' })
  await expect(call('ResolveGrpcService', { serviceName: service })).rejects.toMatchObject({ code: status.NOT_FOUND })
  await call('Heartbeat', instance)
  await expect(call('ResolveGrpcService', { serviceName: service })).resolves.toEqual({
    endpointUri: 'http://127.0.0.1:4711',
  })
  await expect(call('ListInstances', { moduleName: 'calculator' })).resolves.toEqual({
    instances: [{ ...instance, endpointUri: 'http://127.0.0.1:4711', version: '1.0' }],
  })
  await call('DeregisterInstance', instance)
  await expect(call('Heartbeat', instance)).rejects.toMatchObject({ code: status.NOT_FOUND })
})

test('what cannot be read is the fault of the caller', async () => {
  await using directory = await startDirectory()
  const request = { moduleName: 'calculator', instanceId: 'not-a-uuid' }
  const refused = exchange(directory, { method: 'Heartbeat', request, token: secret })
  await expect(refused).rejects.toMatchObject({ code: status.INVALID_ARGUMENT })
  const twice = [1, 2].map((port) => ({ serviceName: service, endpointUri: `http://127.0.0.1:${String(port)}` }))
  const ambiguous = { moduleName: 'calculator', instanceId: randomUUID(), grpcServices: twice }
  await expect(
    exchange(directory, { method: 'RegisterInstance', request: ambiguous, token: secret }),
  ).rejects.toMatchObject({ code: status.INVALID_ARGUMENT })
})

describe('whoever cannot say who it is', () => {
  test.each<[string, Partial<Exchange>]>([
    ['because it shows nothing', {}],
    ['because it shows what nobody was given', { token: 'wrong' }],
    ['because what it shows is no bearer token', { header: `Basic ${secret}` }],
    ['because it shows an empty token', { header: 'Bearer ' }],
  ])('is refused every call %s', async (_, shown) => {
    await using directory = await startDirectory()
    const requests: Readonly<Record<string, object>> = {
      ResolveGrpcService: { serviceName: service },
      ListInstances: { moduleName: 'calculator' },
      RegisterInstance: { moduleName: 'calculator', instanceId: randomUUID() },
      DeregisterInstance: { moduleName: 'calculator', instanceId: randomUUID() },
      Heartbeat: { moduleName: 'calculator', instanceId: randomUUID() },
    }
    for (const [method, request] of Object.entries(requests)) {
      const failure = await rejection(exchange(directory, { method, request, ...shown }))
      expect(failure).toMatchObject({ code: status.UNAUTHENTICATED })
      // What is compared is nobody's business.
      expect(failure.message).not.toContain(secret)
    }
    expect(directory.manager.allInstances()).toEqual([])
  })

  test('is told so by our client, with what to do', async () => {
    await using directory = await startDirectory()
    const client = directory.remote({ token: 'wrong' })
    const failures = await Promise.all([
      rejection(client.resolveGrpcService(service)),
      rejection(client.watchService(service).next()),
    ])
    for (const failure of failures) {
      expect(HostError.find(failure, 'DIRECTORY_UNAUTHENTICATED')?.hint).toContain('MODKIT_DIRECTORY_TOKEN')
    }
  })
})

describe('an instance', () => {
  const offer = { [service]: 'http://127.0.0.1:4711' }

  function childOf(directory: DirectoryFixture, module = 'calculator') {
    const identity = { module, instanceId: randomUUID() }
    const client: DirectoryClient = directory.remote({ token: directory.manager.tokens.issue(identity) })
    return { ...identity, client, registration: { ...identity, services: offer, ready: true } }
  }

  test('may do everything for itself, by the token that the host gave it', async () => {
    await using directory = await startDirectory()
    const { client, registration } = childOf(directory)
    await client.registerInstance(registration)
    await client.sendHeartbeat(registration)
    await expect(client.resolveGrpcService(service)).resolves.toMatchObject({ endpoint: offer[service] })
    await client.deregisterInstance(registration)
    expect(directory.manager.allInstances()).toEqual([])
  })

  test('can neither speak for another one nor send it away', async () => {
    await using directory = await startDirectory()
    const [mine, other] = [childOf(directory), childOf(directory)]
    await other.client.registerInstance(other.registration)
    const before = directory.manager.allInstances()
    const attempts = [
      mine.client.deregisterInstance(other),
      mine.client.sendHeartbeat(other),
      mine.client.registerInstance({ ...other.registration, services: { [service]: 'http://127.0.0.1:6666' } }),
      mine.client.registerInstance({ ...mine.registration, module: 'users' }),
    ]
    for (const attempt of attempts) {
      await expect(attempt).rejects.toMatchObject({ code: 'DIRECTORY_FORBIDDEN', hint: expect.any(String) })
    }
    expect(directory.manager.allInstances()).toEqual(before)
  })

  test('cannot draw the calls of another module to itself', async () => {
    await using directory = await startDirectory()
    await directory.local.registerInstance({
      module: 'users',
      instanceId: randomUUID(),
      services: { 'users.v1.Users': 'http://127.0.0.1:1' },
    })
    const { client, registration } = childOf(directory)
    const services = { ...offer, 'users.v1.Users': 'http://127.0.0.1:6666' }
    await expect(client.registerInstance({ ...registration, services })).rejects.toMatchObject({
      code: 'DIRECTORY_FORBIDDEN',
      details: { reason: '"users.v1.Users" is a service of module "users"' },
    })
  })

  test('whose token was revoked is a stranger', async () => {
    await using directory = await startDirectory()
    const { client, registration } = childOf(directory)
    await client.registerInstance(registration)
    directory.manager.tokens.revoke(registration.instanceId)
    await expect(client.sendHeartbeat(registration)).rejects.toMatchObject({ code: 'DIRECTORY_UNAUTHENTICATED' })
  })

  test('that was registered with one secret cannot be changed with another, nor by a token', async () => {
    await using directory = await startDirectory()
    const elsewhere = { module: 'calculator', instanceId: randomUUID(), services: offer, ready: true }
    await directory.remote().registerInstance(elsewhere)
    const child = childOf(directory)
    for (const client of [directory.remote({ token: otherSecret }), child.client]) {
      await expect(client.deregisterInstance(elsewhere)).rejects.toMatchObject({ code: 'DIRECTORY_FORBIDDEN' })
    }
    await directory.remote().sendHeartbeat(elsewhere)
    await directory.local.deregisterInstance(elsewhere)
    expect(directory.manager.allInstances()).toEqual([])
  })
})
