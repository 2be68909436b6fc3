import { once } from 'node:events'
import { credentials, makeClientConstructor, status, type Client, type ClientReadableStream } from '@grpc/grpc-js'
import { createHost, Module, type GrpcModule, type StatefulModule } from '@modkit/core'
import { FakeClock, silentLogger } from '@modkit/core/spi'
import { describe, expect, test } from '@jest/globals'
import { service as healthService } from 'grpc-health-check'
import { dialTarget, GrpcHub } from '../src/index.js'
import { calculatorService } from './calculator.js'
import { CalculatorClient } from './calculator-client.js'
import { calculatorWith, createHub } from './hub-fixture.js'

interface Health {
  readonly status: string
}

interface RawHealth extends Client {
  check(request: { service: string }, answer: (error: Error | null, health?: Health) => void): void
  list(request: object, answer: (error: Error | null, list?: { statuses: Record<string, Health> }) => void): void
  watch(request: { service: string }): ClientReadableStream<Health>
}

const RawHealth = makeClientConstructor(healthService, 'grpc.health.v1.Health')

class HealthClient implements Disposable {
  readonly raw: RawHealth

  constructor(endpoint: string) {
    this.raw = new RawHealth(dialTarget(endpoint), credentials.createInsecure(), {
      'grpc.use_local_subchannel_pool': 1,
    }) as unknown as RawHealth
  }

  check(service: string): Promise<string> {
    return new Promise((resolve, reject) => {
      this.raw.check({ service }, (error, health) => (error ? reject(error) : resolve(health?.status ?? '')))
    })
  }

  list(): Promise<Record<string, string>> {
    return new Promise((resolve, reject) => {
      this.raw.list({}, (error, list) => {
        if (error) reject(error)
        else
          resolve(Object.fromEntries(Object.entries(list?.statuses ?? {}).map(([name, { status }]) => [name, status])))
      })
    })
  }

  /** The statuses as they come: each call gives the next one. */
  watch(service: string): { next: () => Promise<string>; ended: Promise<unknown> } {
    const call = this.raw.watch({ service })
    const ended = once(call, 'error').then(([error]) => error as unknown)
    const statuses = call[Symbol.asyncIterator]() as AsyncIterator<Health>
    return {
      next: async () => String(((await statuses.next()) as IteratorResult<Health, undefined>).value?.status),
      ended,
    }
  }

  [Symbol.dispose](): void {
    this.raw.close()
  }
}

const services = [calculatorWith()]

describe('whether a service serves', () => {
  test('is asked by its name, and of the host by none', async () => {
    await using fixture = createHub({ services })
    using health = new HealthClient(await fixture.start())
    expect(await health.check(calculatorService)).toBe('SERVING')
    expect(await health.check('')).toBe('SERVING')
    await expect(health.check('no.Such')).rejects.toMatchObject({ code: status.NOT_FOUND })
    expect(await health.list()).toEqual({ '': 'SERVING', [calculatorService]: 'SERVING' })
  })

  test('is no until the host runs', async () => {
    await using fixture = createHub({ services })
    fixture.host.ready = false
    using health = new HealthClient(await fixture.start())
    expect(await health.check(calculatorService)).toBe('NOT_SERVING')
    fixture.host.ready = true
    expect(await health.check(calculatorService)).toBe('SERVING')
  })

  test('is no from the moment the host begins to stop, while calls are still served', async () => {
    await using fixture = createHub({ services })
    const endpoint = await fixture.start()
    using health = new HealthClient(endpoint)
    using client = new CalculatorClient(endpoint)
    fixture.host.stopping.abort()
    expect(await health.check(calculatorService)).toBe('NOT_SERVING')
    await expect(client.add(['1'])).resolves.toEqual({ value: '1' })
  })

  test('is no where its module was given up, or says itself that it is down, and others go on', async () => {
    const renamed = { ...calculatorWith(), serviceName: 'other.Calculator' }
    const definition = Object.fromEntries(
      Object.entries(renamed.definition).map(([name, method]) => [
        name,
        { ...method, path: method.path.replace(calculatorService, 'other.Calculator') },
      ]),
    )
    const lost = { module: 'lost', available: false, services: [{ ...renamed, definition }] }
    const clock = new FakeClock()
    await using fixture = createHub({ services, others: [lost], clock })
    using health = new HealthClient(await fixture.start())
    expect(await health.list()).toEqual({
      '': 'SERVING',
      [calculatorService]: 'SERVING',
      'other.Calculator': 'NOT_SERVING',
    })
    fixture.host.health = [{ module: 'math', status: 'down' }]
    expect(await health.check(calculatorService)).toBe('SERVING')
    await clock.advance(1_000)
    expect(await health.check(calculatorService)).toBe('NOT_SERVING')
    expect(await health.check('')).toBe('NOT_SERVING')
    fixture.host.health = [{ module: 'math', status: 'degraded' }]
    await clock.advance(1_000)
    expect(await health.check(calculatorService)).toBe('SERVING')
  })

  test('is told to who watches, when it changes, and nobody is looked after who does not watch any more', async () => {
    const clock = new FakeClock()
    await using fixture = createHub({ services, clock })
    fixture.host.ready = false
    using health = new HealthClient(await fixture.start())
    const watch = health.watch(calculatorService)
    const unknown = health.watch('no.Such')
    expect(await watch.next()).toBe('NOT_SERVING')
    expect(await unknown.next()).toBe('SERVICE_UNKNOWN')
    await clock.advance(1_000)
    fixture.host.ready = true
    await clock.advance(1_000)
    expect(await watch.next()).toBe('SERVING')
    fixture.host.stopping.abort()
    expect(await watch.next()).toBe('NOT_SERVING')
    health.raw.close()
    await fixture.hub.stop(AbortSignal.abort())
    expect(clock.pendingTimers).toBe(0)
  })

  test('may be asked by anybody, also where every caller has to be known', async () => {
    await using fixture = createHub({ services, config: { authentication: 'required' } })
    using health = new HealthClient(await fixture.start())
    expect(await health.check(calculatorService)).toBe('SERVING')
  })

  test('is not offered where that is off', async () => {
    await using fixture = createHub({ services, config: { health: { enabled: false } } })
    using health = new HealthClient(await fixture.start())
    await expect(health.check('')).rejects.toMatchObject({ code: status.UNIMPLEMENTED })
  })
})

test('a drain does not wait for who watches: the watch ends at once', async () => {
  const fixture = createHub({ services })
  using health = new HealthClient(await fixture.start())
  const watch = health.watch('')
  await watch.next()
  await fixture.hub.drain(new AbortController().signal)
  expect(await watch.ended).toMatchObject({ code: status.UNAVAILABLE, details: 'The server is shutting down.' })
})

test('a module that offers health itself is told that the hub does', async () => {
  const own = { serviceName: 'grpc.health.v1.Health', definition: healthService as never, implementation: {} }
  const { start } = createHub({ services: [own] })
  const named = { Check: () => undefined, List: () => undefined, Watch: () => undefined }
  await expect(start()).rejects.toMatchObject({ code: 'GRPC_SERVICE_INVALID' })
  const complete = createHub({ services: [{ ...own, implementation: named }] })
  await expect(complete.start()).rejects.toMatchObject({
    code: 'GRPC_SERVICE_DUPLICATE',
    details: { service: 'grpc.health.v1.Health', modules: ['math', 'grpc-hub'] },
  })
})

test('in a host, the health of a service is that of its module: of an optional one that failed, and of one that stops', async () => {
  @Module({ name: 'lost', optional: true, capabilities: ['grpc', 'stateful'] })
  class Lost implements GrpcModule, StatefulModule {
    grpcServices() {
      return [calculatorWith()]
    }
    start(): void {
      throw new Error('no abacus')
    }
    stop(): void {}
  }
  const config = { modules: { 'grpc-hub': { config: { listen_addr: '127.0.0.1:0' } } } }
  await using host = createHost({ modules: [Lost, GrpcHub], config, logger: silentLogger })
  await host.start()
  using health = new HealthClient(host.module(GrpcHub).boundEndpoint() ?? '')
  expect(await health.list()).toEqual({ '': 'SERVING', [calculatorService]: 'NOT_SERVING' })
  const watch = health.watch('')
  expect(await watch.next()).toBe('SERVING')
  const stopped = host.stop()
  expect(await watch.next()).toBe('NOT_SERVING')
  await stopped
})
