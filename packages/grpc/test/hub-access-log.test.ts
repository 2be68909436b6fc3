import { once } from 'node:events'
import { Metadata, status } from '@grpc/grpc-js'
import { FakeClock } from '@modkit/core/spi'
import { expect, test } from '@jest/globals'
import { CalculatorClient, valuesOf } from './calculator-client.js'
import { deferred, reasonOf, rejection } from './deferred.js'
import { calculatorWith, createHub, type LoggedLine } from './hub-fixture.js'

const config = { access_log: true }
const path = (method: string): string => `/calculator.v1.Calculator/${method}`
const callsIn = (lines: readonly LoggedLine[]) =>
  lines.filter(({ message }) => message === 'gRPC call').map(({ level, fields }) => ({ level, ...fields }))

test('every call leaves a line: what it was, how it went, how long it took, from where, and in which trace', async () => {
  const clock = new FakeClock()
  const service = calculatorWith({
    async add() {
      await clock.advance(25)
      return { value: '1' }
    },
    sum: () => Promise.reject(new Error('secret')),
  })
  await using fixture = createHub({ services: [service], config, clock })
  using client = new CalculatorClient(await fixture.start())
  const metadata = new Metadata()
  metadata.set('traceparent', '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01')
  await new Promise((resolve) => client.raw.add({ allValues: [] }, metadata, resolve))
  await valuesOf(client.raw.countTo({ highest: 2 }))
  await rejection(client.sum(['1']))
  const fromHere = expect.stringMatching(/^127\.0\.0\.1:\d+$/) as unknown
  expect(callsIn(fixture.lines)).toEqual([
    {
      level: 'info',
      method: path('Add'),
      code: 'OK',
      durationMs: 25,
      client: fromHere,
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    },
    { level: 'info', method: path('CountTo'), code: 'OK', durationMs: 0, client: fromHere },
    { level: 'info', method: path('Sum'), code: 'INTERNAL', durationMs: 0, client: fromHere },
  ])
})

test('a call that its client gave up, or whose time was up, is said to be', async () => {
  const called = deferred<AbortSignal | undefined>()
  const service = calculatorWith({
    async add(_, options) {
      called.resolve(options?.signal)
      await reasonOf(options?.signal)
      return { value: '1' }
    },
  })
  await using fixture = createHub({ services: [service], config })
  using client = new CalculatorClient(await fixture.start())
  const call = client.raw.add({ allValues: [] }, {}, () => undefined)
  const signal = await called.promise
  call.cancel()
  await reasonOf(signal)
  expect(callsIn(fixture.lines)).toMatchObject([{ method: path('Add'), code: 'CANCELLED', aborted: true }])
  const late = await rejection(client.add([], { deadline: Date.now() + 50 }))
  expect(late).toMatchObject({ code: status.DEADLINE_EXCEEDED })
  await fixture.hub.drain(new AbortController().signal)
  expect(callsIn(fixture.lines).slice(1)).toMatchObject([
    { code: expect.stringMatching(/DEADLINE|CANCELLED/), aborted: true },
  ])
})

test('a duplex stream that its client breaks off leaves one line', async () => {
  await using fixture = createHub({ services: [calculatorWith()], config })
  using client = new CalculatorClient(await fixture.start())
  const call = client.raw.runningSum().on('error', () => undefined)
  call.write({ value: '1' })
  await once(call, 'data')
  call.cancel()
  await fixture.hub.drain(new AbortController().signal)
  expect(callsIn(fixture.lines)).toMatchObject([{ method: path('RunningSum'), code: 'CANCELLED', aborted: true }])
})

test('nothing is logged where nobody has asked for it', async () => {
  await using fixture = createHub({ services: [calculatorWith()] })
  using client = new CalculatorClient(await fixture.start())
  await client.add([])
  expect(callsIn(fixture.lines)).toEqual([])
})
