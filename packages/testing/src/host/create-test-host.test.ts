import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, jest, test } from '@jest/globals'
import { clientKey, clientRegistration, inject, Module, type ModuleCtx } from '@modkit/core'
import { FakeClock } from '@modkit/core/spi'
import { mock } from '../mock.js'
import { createTestHost } from './create-test-host.js'

class Greetings {
  hello(): string {
    return 'hello'
  }
}

@Module({ name: 'greeter', capabilities: ['stateful'], providers: [Greetings] })
class Greeter {
  readonly greetings = inject(Greetings)
  start(): void {
    return undefined
  }
  stop(): void {
    return undefined
  }
}

@Module({ name: 'echo', capabilities: ['rest_host', 'stateful'] })
class EchoGateway {
  #server: Server | undefined
  address: string | undefined

  restPrepare(): void {
    return undefined
  }
  restApi(): never {
    throw new Error('It hosts no modules.')
  }
  restFinalize(): void {
    return undefined
  }
  async start(): Promise<void> {
    this.#server = createServer((request, response) => response.end(`${String(request.method)} ${String(request.url)}`))
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    this.address = `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`
  }
  drain(): void {
    return undefined
  }
  stop(): void {
    this.#server?.close()
    this.#server?.closeAllConnections()
  }
}

describe('a test host', () => {
  test('is a host that has not started, and stops when its scope ends', async () => {
    const host = createTestHost({ modules: [Greeter] })
    expect(host.state).toBe('idle')
    expect(host.registry.entries.map(({ name }) => name)).toEqual(['greeter'])
    {
      await using running = await host.start()
      expect(running).toBe(host)
      expect(host.module(Greeter).greetings.hello()).toBe('hello')
      expect(host.report.phases.map(({ phase }) => phase)).toContain('start')
    }
    expect(host.state).toBe('stopped')
  })

  test('replaces providers wherever a module lists them', async () => {
    const hello = jest.fn(() => 'mocked')
    await using host = await createTestHost({ modules: [Greeter], mocks: [mock(Greetings, { hello })] }).start()
    expect(host.module(Greeter).greetings.hello()).toBe('mocked')
  })

  test('refuses a mock that replaces nothing, and names the nearest provider', () => {
    class Greeting {}
    expect(() => createTestHost({ modules: [Greeter], mocks: [mock(Greeting, {})] })).toThrow(
      expect.objectContaining({ code: 'MOCK_UNUSED', hint: expect.stringContaining('"Greetings"') }),
    )
  })

  test('fails the test at the end of its scope when a module cannot stop', async () => {
    @Module({ name: 'stuck', capabilities: ['stateful'] })
    class Stuck {
      start(): void {
        return undefined
      }
      stop(): void {
        throw new Error('still busy')
      }
    }
    const host = await createTestHost({ modules: [Stuck] }).start()
    const left = { code: 'HOST_STOPPED_BADLY', details: { troubles: ['stop() of module "stuck" failed: still busy'] } }
    await expect(host[Symbol.asyncDispose]()).rejects.toMatchObject(left)
    // Whoever stops the host has its report, and no need for more.
    await host[Symbol.asyncDispose]()
  })

  test('keeps what is logged, and prints nothing', async () => {
    await using host = await createTestHost({ modules: [Greeter] }).start()
    expect(host.logs.messages('info')).toContain('Running full lifecycle (all phases)')
    expect((await host.logs.line('Initialized a module.')).fields).toMatchObject({ module: 'greeter' })
  })

  test('passes on clients, a clock and a configuration', async () => {
    const key = clientKey<{ readonly id: number }>('given')
    let seen: unknown
    @Module({ name: 'reader' })
    class Reader {
      init(ctx: ModuleCtx): void {
        seen = { id: ctx.clients.get(key).id, config: ctx.rawConfig }
      }
    }
    const config = { modules: { reader: { config: { answer: 42 } } } }
    const clock = new FakeClock()
    const clients = [clientRegistration(key, { id: 7 })]
    await using host = await createTestHost({ modules: [Reader], config, clients, clock }).start()
    expect(seen).toEqual({ id: 7, config: { answer: 42 } })
    expect(host.report.startedAt).toBe(clock.now())
    expect(host.clients.get(key).id).toBe(7)
  })

  test('sends requests to its gateway', async () => {
    await using host = await createTestHost({ modules: [EchoGateway] }).start()
    const response = await host.request('/users/7?full=1', { method: 'POST' })
    await expect(response.text()).resolves.toBe('POST /users/7?full=1')
  })

  test('says why it answers no requests', async () => {
    await using host = createTestHost({ modules: [EchoGateway] })
    await expect(host.request('/')).rejects.toMatchObject({
      code: 'GATEWAY_NOT_LISTENING',
      details: { reason: 'its gateway does not listen' },
    })
    await using bare = await createTestHost({ modules: [Greeter] }).start()
    await expect(bare.request('/')).rejects.toMatchObject({ details: { reason: 'it has no gateway' } })
  })

  test('can migrate only, or end by itself', async () => {
    await expect(createTestHost({ modules: [Greeter] }).migrate()).resolves.toMatchObject({ modules: [] })
    const ending = new AbortController()
    const host = await createTestHost({ modules: [Greeter], shutdown: ending.signal }).start()
    ending.abort('enough')
    await expect(host.stop()).resolves.toMatchObject({ reason: 'enough' })
    expect(host.state).toBe('stopped')
  })
})
