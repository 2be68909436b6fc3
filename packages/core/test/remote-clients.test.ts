import { expect, test } from '@jest/globals'
import {
  clientKey,
  createHost,
  HostError,
  type ClientKey,
  type ModuleClass,
  type ModuleCtx,
  type ModuleOptions,
  type SystemContext,
} from '@modkit/core'
import { silentLogger, type RemoteClients } from '@modkit/core/spi'
import { Recorder } from './support/recording-module.js'

interface Greeting {
  greet(name: string): string
}

const grpc = { proto: 'greeting.proto', service: 'greeting.v1.Greeting' }
const greeting = clientKey<Greeting>('greeting', { grpc })
const localOnly = clientKey<Greeting>('local-only')

const hello: Greeting = { greet: (name) => `hello ${name}` }

/** Finds a client for every key that it is asked for, and writes down which. */
class RecordingClients implements RemoteClients {
  readonly asked: string[] = []

  find<T>(key: ClientKey<T>): T {
    this.asked.push(key.name)
    const client: Greeting = { greet: (name) => `${name} from afar` }
    return client as T
  }
}

class WrappingClients extends RecordingClients {
  readonly wrapped = new Map<unknown, unknown>()

  wrapLocal<T>(_key: ClientKey<T>, implementation: T): T {
    const known = this.wrapped.get(implementation)
    const { greet } = implementation as Greeting
    const client = known ?? { greet: (name: string) => `${greet(name)}!` }
    this.wrapped.set(implementation, client)
    return client as T
  }
}

const module = (
  options: Pick<ModuleOptions, 'optional' | 'provides'> & { name: string },
  init: (ctx: ModuleCtx) => void,
) => new Recorder().module(options.name, options, { init })

function finder(remoteClients: RemoteClients, name = 'finder'): ModuleClass {
  const preInit = (system: SystemContext): void => system.remoteClients.install(remoteClients)
  return new Recorder().module(name, { capabilities: ['system'] }, { preInit })
}

function hostOf(...modules: readonly ModuleClass[]) {
  return createHost({ modules, logger: silentLogger })
}

test('a client that nobody here provides is found in other processes, if its key names a service', async () => {
  const remote = new RecordingClients()
  await using host = hostOf(finder(remote))
  await host.start()
  expect(host.clients.get(greeting).greet('Ada')).toBe('Ada from afar')
  expect(host.clients.tryGet(greeting)?.greet('Ada')).toBe('Ada from afar')
  expect(host.clients.tryGet(localOnly)).toBeUndefined()
  expect(() => host.clients.get(localOnly)).toThrow('No client "local-only" is registered.')
  expect(host.clients.remove(greeting)).toBeUndefined()
  expect(remote.asked).toEqual(['greeting', 'greeting'])
})

test('an implementation of this process goes before one elsewhere', async () => {
  const remote = new RecordingClients()
  const provider = module({ name: 'provider', provides: [greeting] }, ({ clients }) =>
    clients.register(greeting, hello),
  )
  await using host = hostOf(finder(remote), provider)
  await host.start()
  expect(host.clients.get(greeting)).toBe(hello)
  expect(remote.asked).toEqual([])
})

test('a client of this process that has not been registered yet is not looked for elsewhere', async () => {
  const remote = new RecordingClients()
  const errors: unknown[] = []
  const early = module({ name: 'early' }, ({ clients }) => {
    errors.push(clients.tryGet(greeting))
    try {
      clients.get(greeting)
    } catch (error) {
      errors.push(error)
    }
  })
  const provider = module({ name: 'provider', provides: [greeting] }, ({ clients }) =>
    clients.register(greeting, hello),
  )
  await using host = hostOf(finder(remote), early, provider)
  await host.start()
  expect(errors).toEqual([undefined, expect.any(HostError)])
  expect(errors[1]).toMatchObject({
    code: 'CLIENT_NOT_FOUND',
    details: { client: 'greeting', provider: 'provider' },
    hint: 'Name "provider" in your deps: it runs in this process and provides it, but has not registered it yet.',
  })
  expect(remote.asked).toEqual([])
})

test('implementations of this process may be wrapped, once, also those of optional modules', async () => {
  const remote = new WrappingClients()
  const provider = module({ name: 'provider', optional: true, provides: [greeting, localOnly] }, ({ clients }) => {
    clients.register(greeting, hello)
    clients.register(localOnly, hello)
  })
  await using host = hostOf(finder(remote), provider)
  await host.start()
  expect(host.clients.get(greeting).greet('Ada')).toBe('hello Ada!')
  expect(host.clients.tryGet(greeting)).toBe(host.clients.get(greeting))
  expect(host.clients.get(localOnly).greet('Ada')).toBe('hello Ada')
})

test('a host has one source of remote clients', async () => {
  const host = hostOf(finder(new RecordingClients()), finder(new RecordingClients(), 'second'))
  await expect(host.start()).rejects.toMatchObject({ cause: { code: 'REMOTE_CLIENTS_ALREADY_SET' } })
})
