import { status } from '@grpc/grpc-js'
import {
  createHost,
  inject,
  Module,
  ModuleCtx,
  type GrpcModule,
  type GrpcServiceRegistration,
  type StatefulModule,
} from '@modkit/core'
import { silentLogger } from '@modkit/core/spi'
import { expect, test } from '@jest/globals'
import { GrpcHub, serveClient } from '../src/index.js'
import { CalculatorClient } from './calculator-client.js'
import { calculator, calculatorClient, type Calculator } from './calculator.js'
import { deferred } from './deferred.js'

@Module({ name: 'math', capabilities: ['grpc'], provides: [calculatorClient] })
class MathModule implements GrpcModule {
  readonly ctx = inject(ModuleCtx)
  readonly called = deferred()
  readonly answer = deferred<{ value: string }>()
  readonly #calculator: Calculator = {
    ...calculator,
    sum: () => {
      this.called.resolve()
      return this.answer.promise
    },
  }

  init(ctx: ModuleCtx): void {
    ctx.clients.register(calculatorClient, this.#calculator)
  }

  grpcServices(ctx: ModuleCtx): readonly GrpcServiceRegistration[] {
    return [serveClient(calculatorClient, ctx.clients.get(calculatorClient))]
  }
}

function createMathHost(listenAddr: string) {
  return createHost({
    modules: [MathModule, GrpcHub],
    config: { modules: { 'grpc-hub': { config: { listen_addr: listenAddr } } } },
    logger: silentLogger,
  })
}

test('a host serves what its modules offer, and finishes what is in flight when it stops', async () => {
  await using host = createMathHost('127.0.0.1:0')
  await host.start()
  const math = host.module(MathModule)
  using client = new CalculatorClient(host.module(GrpcHub).boundEndpoint() ?? '')
  await expect(client.add(['1', '2'])).resolves.toEqual({ value: '3' })
  const inFlight = client.sum([])
  await math.called.promise
  const stopped = host.stop()
  math.answer.resolve({ value: '9' })
  await expect(inFlight).resolves.toEqual({ value: '9' })
  await stopped
  expect(host.state).toBe('stopped')
})

test('a setting of the hub that is wrong ends the start before any phase', async () => {
  const host = createMathHost('nowhere')
  await expect(host.start()).rejects.toThrow('"nowhere" is not an address to listen on')
})

test('a port that is taken fails the start of the host, naming the hub', async () => {
  await using first = createMathHost('127.0.0.1:0')
  await first.start()
  const { port } = new URL(first.module(GrpcHub).boundEndpoint() ?? '')
  const second = createMathHost(`127.0.0.1:${port}`)
  await expect(second.start()).rejects.toMatchObject({
    code: 'PHASE_FAILED',
    details: { phase: 'start', module: 'grpc-hub' },
    cause: { code: 'BIND_FAILED' },
  })
})

test('calls of an optional module that failed after it had offered its services are unavailable', async () => {
  @Module({ name: 'math', optional: true, capabilities: ['grpc', 'stateful'], provides: [calculatorClient] })
  class BrokenMath extends MathModule implements StatefulModule {
    start(): void {
      throw new Error('no abacus')
    }
    stop(): void {}
  }
  const config = { modules: { 'grpc-hub': { config: { listen_addr: '127.0.0.1:0' } } } }
  await using host = createHost({ modules: [BrokenMath, GrpcHub], config, logger: silentLogger })
  await host.start()
  using client = new CalculatorClient(host.module(GrpcHub).boundEndpoint() ?? '')
  const unavailable = { code: status.UNAVAILABLE, details: 'The optional module "math" failed and does not serve.' }
  await expect(client.add(['1', '2'])).rejects.toMatchObject(unavailable)
  await expect(client.sum([])).rejects.toMatchObject(unavailable)
})
