import { status, type sendUnaryData, type ServerUnaryCall, type UntypedServiceImplementation } from '@grpc/grpc-js'
import { clientKey, type GrpcServiceRegistration } from '@modkit/core'
import { describe, expect, test } from '@jest/globals'
import { loadService, serveClient } from '../src/index.js'
import { CalculatorClient } from './calculator-client.js'
import { calculator, calculatorClient, calculatorProto, calculatorService, type Calculator } from './calculator.js'
import { calculatorWith, createHub } from './hub-fixture.js'

const definition = loadService(calculatorProto, calculatorService)

/** A registration written by hand, as grpc-js wants it. */
function rawCalculator(
  add: (call: ServerUnaryCall<unknown, unknown>, answer: sendUnaryData<unknown>) => unknown,
): GrpcServiceRegistration {
  const { implementation } = calculatorWith()
  // A handler that returns a promise is what people write, and what the types of grpc-js do not see.
  return { serviceName: calculatorService, definition, implementation: { ...implementation, Add: add as never } }
}

describe('services that are refused when the hub starts', () => {
  test('one name, offered twice', async () => {
    const { start } = createHub({ services: [calculatorWith(), calculatorWith()] })
    await expect(start()).rejects.toMatchObject({
      code: 'GRPC_SERVICE_DUPLICATE',
      details: { service: calculatorService, modules: ['math', 'math'] },
    })
  })

  test('an implementation without all methods, naming them', async () => {
    const implementation: UntypedServiceImplementation = { add: () => undefined }
    const { start } = createHub({ services: [{ serviceName: calculatorService, definition, implementation }] })
    await expect(start()).rejects.toMatchObject({
      code: 'GRPC_SERVICE_INVALID',
      details: { module: 'math', reason: 'the implementation lacks CountTo, Sum, RunningSum, Reset' },
    })
  })

  test('a name that is not the one of the definition', async () => {
    const { start } = createHub({ services: [{ ...calculatorWith(), serviceName: 'calculator.v2.Calculator' }] })
    await expect(start()).rejects.toMatchObject({ code: 'GRPC_SERVICE_INVALID' })
  })

  test('a definition without methods', async () => {
    const { start } = createHub({ services: [{ serviceName: 'empty.Empty', definition: {}, implementation: {} }] })
    await expect(start()).rejects.toMatchObject({
      code: 'GRPC_SERVICE_INVALID',
      details: { reason: 'it has no methods' },
    })
  })
})

describe('objects that serveClient refuses', () => {
  test('one that lacks methods, naming them', () => {
    const incomplete = { add: calculator.add } as unknown as Calculator
    expect(() => serveClient(calculatorClient, incomplete)).toThrow(
      'The gRPC service "calculator.v1.Calculator" is not legal: the implementation lacks countTo(), sum(), runningSum(), reset().',
    )
  })

  test('one whose key names no service', () => {
    expect(() => serveClient(clientKey<Calculator>('local-only'), calculator)).toThrow('names no proto service')
  })
})

describe('handlers written for grpc-js itself', () => {
  const hubWith = (registration: GrpcServiceRegistration) => createHub({ services: [registration] })

  test('answer as they are', async () => {
    await using fixture = hubWith(
      rawCalculator((_, answer) => {
        answer(null, { value: '5' })
      }),
    )
    using client = new CalculatorClient(await fixture.start())
    await expect(client.add([])).resolves.toEqual({ value: '5' })
  })

  test('may fail with a status of their own', async () => {
    await using fixture = hubWith(
      rawCalculator((_, answer) => {
        answer({ code: status.NOT_FOUND, details: 'No such number.' })
      }),
    )
    using client = new CalculatorClient(await fixture.start())
    await expect(client.add([])).rejects.toMatchObject({ code: status.NOT_FOUND, details: 'No such number.' })
  })

  test.each([
    ['what no header can carry', 'half \ud83d', 'half \ufffd'],
    ['more than a header can carry', 'x'.repeat(100_000), expect.stringMatching(/^x{1500,2000}…$/)],
  ])('may say %s', async (_, details, expected) => {
    await using fixture = hubWith(
      rawCalculator((_, answer) => {
        answer({ code: status.NOT_FOUND, details })
      }),
    )
    using client = new CalculatorClient(await fixture.start())
    const deadline = Date.now() + 10_000
    await expect(client.add([], { deadline })).rejects.toMatchObject({ code: status.NOT_FOUND, details: expected })
  })

  test.each<[string, (call: unknown, answer: sendUnaryData<unknown>) => unknown]>([
    [
      'throw',
      () => {
        throw new Error('secret')
      },
    ],
    ['reject', () => Promise.reject(new Error('secret'))],
    [
      'answer with an error',
      (_, answer) => {
        answer(new Error('secret'))
      },
    ],
  ])('that %s end their call as INTERNAL, without the message', async (_, add) => {
    await using fixture = hubWith(rawCalculator(add))
    using client = new CalculatorClient(await fixture.start())
    await expect(client.add([])).rejects.toMatchObject({ code: status.INTERNAL, details: 'Internal error.' })
    expect(fixture.lines.at(-1)).toMatchObject({ level: 'error', message: 'gRPC call failed' })
    await expect(client.sum(['1'])).resolves.toEqual({ value: '1' })
  })

  test('that answer twice have answered once', async () => {
    await using fixture = hubWith(
      rawCalculator((_, answer) => {
        answer(null, { value: '1' })
        answer(null, { value: '2' })
      }),
    )
    using client = new CalculatorClient(await fixture.start())
    await expect(client.add([])).resolves.toEqual({ value: '1' })
    await expect(client.add([])).resolves.toEqual({ value: '1' })
  })
})
