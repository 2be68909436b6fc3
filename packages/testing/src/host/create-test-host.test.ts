import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, expect, jest, test } from '@jest/globals'
import { clientKey, clientRegistration, inject, Module, type ModuleCtx } from '@modkit/core'
import { FakeClock } from '@modkit/core/spi'
import { mock } from '../mock.js'
import { createRecorder } from '../recorder.js'
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
    this.#server = createServer(
      (request, response) =>
        void text(request).then((body) => {
          const type = request.headers['content-type'] ?? ''
          response.end([request.method, request.url, type, body].join(' ').trim())
        }),
    )
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
    expect(host.client(key).id).toBe(7)
    expect(() => host.client(clientKey('other'))).toThrow('No client "other"')
  })

  test('sends requests to its gateway', async () => {
    await using host = await createTestHost({ modules: [EchoGateway] }).start()
    const response = await host.request('/users/7?full=1', { method: 'POST' })
    await expect(response.text()).resolves.toBe('POST /users/7?full=1')
  })

  test('has a word for each method of HTTP, and sends JSON', async () => {
    await using host = await createTestHost({ modules: [EchoGateway] }).start()
    const { request } = host
    const answered = async (response: Promise<Response>): Promise<string> => (await response).text()
    expect(await answered(request.get('/a'))).toBe('GET /a')
    expect(await answered(request.delete('/a'))).toBe('DELETE /a')
    expect(await answered(request.post('/a', { b: 1 }))).toBe('POST /a application/json {"b":1}')
    expect(await answered(request.put('/a', null))).toBe('PUT /a application/json null')
    expect(await answered(request.post('/a'))).toBe('POST /a')
    const headers = { 'content-type': 'application/merge-patch+json' }
    expect(await answered(request.patch('/a', {}, { headers }))).toBe('PATCH /a application/merge-patch+json {}')
    expect(await answered(request('/a', { method: 'PUT', json: [] }))).toBe('PUT /a application/json []')
  })

  test('tells which hooks ran, in order, those that failed too', async () => {
    const { module } = createRecorder()
    const stopFails = module('cache', { deps: ['db'], hooks: { stop: () => Promise.reject(new Error('stuck')) } })
    const host = await createTestHost({ modules: [stopFails, module('db'), Greeter, EchoGateway] }).start()
    const started = ['db init', 'cache init', 'echo restPrepare', 'echo restFinalize']
    // The gateway starts first; the greeter has no init.
    started.push('echo start', 'db start', 'cache start', 'greeter start')
    expect(host.events).toEqual(started)
    await host.stop()
    expect(host.events).toEqual([...started, 'greeter stop', 'cache stop failed', 'db stop', 'echo stop'])
  })

  test('tells how far a start came that failed', async () => {
    const { module } = createRecorder()
    const broken = module('broken', { deps: ['db'], hooks: { start: () => Promise.reject(new Error('no luck')) } })
    await using host = createTestHost({ modules: [module('db'), broken] })
    await expect(host.start()).rejects.toMatchObject({ code: 'PHASE_FAILED' })
    await host.stop()
    expect(host.events.slice(2)).toEqual(['db start', 'broken start failed', 'db stop'])
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

  test('can own its life, and leaves nothing of what that takes', async () => {
    const { events, module } = createRecorder()
    const ending = new AbortController()
    await using host = createTestHost({ modules: [module('a')], shutdown: ending.signal })
    const life = host.run()
    await host.logs.line('Host is running')
    ending.abort('enough')
    await life
    expect(events).toEqual(['a init', 'a start', 'a stop'])
    expect(host.events).toEqual(events)
  })
})
