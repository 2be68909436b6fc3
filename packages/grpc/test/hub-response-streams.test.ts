import { status, type ServerWritableStream } from '@grpc/grpc-js'
import { describe, expect, test } from '@jest/globals'
import { CalculatorClient } from './calculator-client.js'
import type { Calculator, Total } from './calculator.js'
import { calculatorWith, createHub, type HubFixture } from './hub-fixture.js'

const totals = (count: number, from = 0): Total[] =>
  Array.from({ length: count }, (_, index) => ({ value: String(from + index) }))

/** A hub whose `countTo` answers with messages that are all there when the call begins. */
function hubThatSends(messages: readonly unknown[], config: Readonly<Record<string, unknown>> = {}): HubFixture {
  const countTo = (() => messages) as unknown as Calculator['countTo']
  return createHub({ services: [calculatorWith({ countTo })], config })
}

/** What a stream brings until it ends, and the status that it ends with. */
async function outcomeOf(client: CalculatorClient): Promise<{ values: string[]; code: status | undefined }> {
  const values: string[] = []
  try {
    for await (const total of client.raw.countTo({ highest: 0 }) as AsyncIterable<Total>) values.push(total.value)
    return { values, code: status.OK }
  } catch (error) {
    return { values, code: (error as { code?: status }).code }
  }
}

const valuesOf = (messages: readonly Total[]): string[] => messages.map(({ value }) => value)

describe('responses that are there at once', () => {
  test.each([0, 1, 2, 15, 16, 17, 63, 64, 65, 1_000])('%i of them arrive as they were sent', async (count) => {
    await using fixture = hubThatSends(totals(count))
    using client = new CalculatorClient(await fixture.start())
    expect(await outcomeOf(client)).toEqual({ values: valuesOf(totals(count)), code: status.OK })
  })

  test('however many a handler of grpc-js writes without looking whether more is welcome, all of them arrive', async () => {
    const service = calculatorWith()
    const CountTo = (call: ServerWritableStream<unknown, Total>): void => {
      for (const total of totals(1_000)) call.write(total)
      call.end()
    }
    await using fixture = createHub({
      services: [{ ...service, implementation: { ...service.implementation, CountTo } }],
    })
    using client = new CalculatorClient(await fixture.start())
    expect(await outcomeOf(client)).toEqual({ values: valuesOf(totals(1_000)), code: status.OK })
  })

  test.each([0, 1, 7, 15, 16, 40])(
    'one that does not fit, behind %i that do, ends the call and no other',
    async (count) => {
      await using fixture = hubThatSends([...totals(count), [], ...totals(9, 100)])
      using client = new CalculatorClient(await fixture.start())
      expect(await outcomeOf(client)).toEqual({ values: valuesOf(totals(count)), code: status.INTERNAL })
      expect(fixture.lines.map(({ message }) => message)).toContain('gRPC response does not fit its message')
      await expect(client.add(['1', '2'])).resolves.toEqual({ value: '3' })
    },
  )

  test('one that is too large, behind some that are not, ends the call', async () => {
    await using fixture = hubThatSends([...totals(9), { value: '9'.repeat(18) }, ...totals(9)], {
      max_send_message_bytes: 4,
    })
    using client = new CalculatorClient(await fixture.start())
    expect(await outcomeOf(client)).toEqual({ values: valuesOf(totals(9)), code: status.RESOURCE_EXHAUSTED })
    await expect(client.add(['1', '2'])).resolves.toEqual({ value: '3' })
  })
})
