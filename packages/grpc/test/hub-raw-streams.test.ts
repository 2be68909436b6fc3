import { pipeline, Readable, type Writable } from 'node:stream'
import { status, type ServerReadableStream, type ServerWritableStream } from '@grpc/grpc-js'
import { describe, expect, test } from '@jest/globals'
import { loadService } from '../src/index.js'
import { CalculatorClient } from './calculator-client.js'
import { calculatorProto, calculatorService, type Total } from './calculator.js'
import { calculatorWith, createHub, type HubFixture } from './hub-fixture.js'

type Written = ServerWritableStream<unknown, Total>
type Read = ServerReadableStream<Total, Total>

/** A hub whose streams are handled as grpc-js wants it. */
function hubWith(methods: { CountTo?: (call: Written) => void; Sum?: (call: Read) => void }): HubFixture {
  const definition = loadService(calculatorProto, calculatorService)
  const { implementation } = calculatorWith()
  const registration = { serviceName: calculatorService, definition, implementation: { ...implementation, ...methods } }
  return createHub({ services: [registration] })
}

/** What a stream of responses brings, and how it ends. */
async function outcomeOf(client: CalculatorClient): Promise<object> {
  const values: string[] = []
  try {
    const deadline = Date.now() + 10_000
    for await (const { value } of client.raw.countTo({ highest: 0 }, { deadline })) values.push(value)
    return { values, code: status.OK }
  } catch (error) {
    const { code, details } = error as { code?: status; details?: string }
    return { values, code, details }
  }
}

async function* failing(): AsyncGenerator<Total> {
  yield await Promise.resolve({ value: '1' })
  throw new Error('secret')
}

const half = 'half \ud83d'
const long = 'x'.repeat(100_000)
const internal = { code: status.INTERNAL, details: 'Internal error.' }

describe('a stream of responses that is written by hand', () => {
  test.each<[string, (call: Written) => unknown, object]>([
    ['emits an error', (call) => call.emit('error', new Error('secret')), { values: [], ...internal }],
    ['destroys its call with an error', (call) => call.destroy(new Error('secret')), { values: [], ...internal }],
    ['destroys its call without one', (call) => call.destroy(), { values: [], ...internal }],
    [
      'is piped from a source that fails',
      (call) => pipeline(Readable.from(failing()), call as unknown as Writable, () => undefined),
      { values: ['1'], ...internal },
    ],
    [
      'says what no header can carry',
      (call) => {
        call.write({ value: '1' })
        setImmediate(() => call.emit('error', { code: status.NOT_FOUND, details: half }))
      },
      { values: ['1'], code: status.NOT_FOUND, details: 'half \ufffd' },
    ],
    [
      'says more than a header can carry',
      (call) => call.emit('error', { code: status.NOT_FOUND, details: long }),
      { values: [], code: status.NOT_FOUND, details: expect.stringMatching(/^x{1500,2000}…$/) as unknown },
    ],
    [
      'writes after it has failed',
      (call) => {
        call.write({ value: '1' })
        call.emit('error', { code: status.NOT_FOUND, details: 'gone' })
        call.write({ value: '2' })
      },
      { values: ['1'], code: status.NOT_FOUND, details: 'gone' },
    ],
  ])('ends with a status where its handler %s', async (_, handle, expected) => {
    await using fixture = hubWith({ CountTo: (call) => void handle(call) })
    using client = new CalculatorClient(await fixture.start())
    expect(await outcomeOf(client)).toEqual(expected)
    await expect(client.add(['1', '2'])).resolves.toEqual({ value: '3' })
  })

  test('is sent a few messages at a time, however many are written without waiting', async () => {
    const definition = loadService(calculatorProto, calculatorService)
    let together = 0
    let most = 0
    const serialize = definition['CountTo']?.responseSerialize
    const responseSerialize = (message: unknown): Buffer => {
      if (together === 0) process.nextTick(() => void (together = 0))
      most = Math.max(most, ++together)
      return serialize?.(message) ?? Buffer.alloc(0)
    }
    const { implementation } = calculatorWith()
    const CountTo = (call: Written): void => {
      for (let i = 0; i < 5_000; i++) call.write({ value: String(i) })
      call.end()
    }
    await using fixture = createHub({
      services: [
        {
          serviceName: calculatorService,
          definition: { ...definition, CountTo: { ...definition['CountTo'], responseSerialize } as never },
          implementation: { ...implementation, CountTo: CountTo as never },
        },
      ],
    })
    using client = new CalculatorClient(await fixture.start())
    expect(await outcomeOf(client)).toEqual({
      values: Array.from({ length: 5_000 }, (_, index) => String(index)),
      code: status.OK,
    })
    expect(most).toBeGreaterThan(1)
    expect(most).toBeLessThanOrEqual(64)
  })
})

test('a stream of requests whose handler destroys it ends its call, and not the process', async () => {
  await using fixture = hubWith({ Sum: (call) => void call.destroy(new Error('secret')) })
  using client = new CalculatorClient(await fixture.start())
  await expect(client.sum(['1'])).rejects.toMatchObject(internal)
  await expect(client.add(['1', '2'])).resolves.toEqual({ value: '3' })
})
