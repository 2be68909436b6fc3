import { once } from 'node:events'
import { connect } from 'node:net'
import { status } from '@grpc/grpc-js'
import { expect, test } from '@jest/globals'
import { CalculatorClient } from './calculator-client.js'
import { deferred, reasonOf, rejection } from './deferred.js'
import { calculatorWith, createHub } from './hub-fixture.js'
import { createWire } from './wire.js'

const noDeadline = (): AbortSignal => new AbortController().signal

/** A calculator whose `add` answers when it is told to, and tells when it was called. */
function heldCalculator() {
  const called = deferred<AbortSignal | undefined>()
  const answer = deferred<{ value: string }>()
  const service = calculatorWith({
    add(_, options) {
      called.resolve(options?.signal)
      return answer.promise
    },
  })
  return { service, called: called.promise, answer: answer.resolve }
}

/** A calculator that counts for ever. */
const endless = calculatorWith({
  async *countTo() {
    for (let i = 0; ; i++) yield await Promise.resolve({ value: String(i) })
  },
})

test('drain finishes what is in flight, and accepts nothing new', async () => {
  const held = heldCalculator()
  const fixture = createHub({ services: [held.service] })
  const endpoint = await fixture.start()
  using client = new CalculatorClient(endpoint)
  const inFlight = client.add([])
  await held.called
  const drained = fixture.hub.drain(noDeadline())
  expect(fixture.hub.boundEndpoint()).toBeUndefined()
  const late = connect(Number(new URL(endpoint).port), '127.0.0.1')
  expect(await once(late, 'error')).toMatchObject([{ code: 'ECONNREFUSED' }])
  held.answer({ value: '7' })
  await expect(inFlight).resolves.toEqual({ value: '7' })
  await drained
})

test('drain does not wait for clients that stay connected without a call', async () => {
  const fixture = createHub({ services: [calculatorWith()] })
  using client = new CalculatorClient(await fixture.start())
  await client.add(['1'])
  await fixture.hub.drain(noDeadline())
})

test('at the deadline, callers that still wait are told that the server goes away, and the signal of the method aborts', async () => {
  const held = heldCalculator()
  const fixture = createHub({ services: [held.service] })
  using client = new CalculatorClient(await fixture.start())
  const failure = rejection(client.add([]))
  const signal = await held.called
  const deadline = new AbortController()
  const drained = fixture.hub.drain(deadline.signal)
  deadline.abort()
  await drained
  expect(await failure).toMatchObject({ code: status.UNAVAILABLE, details: 'The server is shutting down.' })
  await reasonOf(signal)
  expect(fixture.lines).toContainEqual({
    level: 'warn',
    message: 'gRPC hub cuts calls at its deadline',
    fields: { calls: 1 },
  })
  held.answer({ value: 'too late' })
})

test('at the deadline, a stream without an end is cut', async () => {
  const fixture = createHub({ services: [endless] })
  using client = new CalculatorClient(await fixture.start())
  const call = client.raw.countTo({ highest: 0 })
  const failed = once(call, 'error')
  await once(call, 'data')
  const deadline = new AbortController()
  const drained = fixture.hub.drain(deadline.signal)
  deadline.abort()
  await drained
  expect(await failed).toMatchObject([{ code: status.UNAVAILABLE }])
})

test('a deadline that has passed before cuts at once', async () => {
  const fixture = createHub({ services: [endless] })
  using client = new CalculatorClient(await fixture.start())
  const call = client.raw.countTo({ highest: 0 })
  const failed = once(call, 'error')
  await once(call, 'data')
  await fixture.hub.stop(AbortSignal.abort())
  expect(await failed).toMatchObject([{ code: status.UNAVAILABLE }])
})

test('the deadline of a stop also cuts a drain that is still going on', async () => {
  const held = heldCalculator()
  const fixture = createHub({ services: [held.service] })
  using client = new CalculatorClient(await fixture.start())
  const failure = rejection(client.add([]))
  await held.called
  const drained = fixture.hub.drain(noDeadline())
  await fixture.hub.stop(AbortSignal.abort())
  await drained
  expect(await failure).toMatchObject({ code: status.UNAVAILABLE })
})

test('a client whose connection breaks in the middle of a stream neither holds up a drain nor leaves its method running', async () => {
  const ended = deferred()
  const service = calculatorWith({
    async *countTo() {
      try {
        for (let i = 0; ; i++) yield await Promise.resolve({ value: String(i) })
      } finally {
        ended.resolve()
      }
    },
  })
  const fixture = createHub({ services: [service] })
  await using wire = await createWire(await fixture.start())
  using client = new CalculatorClient(wire.endpoint)
  const call = client.raw.countTo({ highest: 0 }).on('error', () => undefined)
  await once(call, 'data')
  wire.cut()
  await ended.promise
  await fixture.hub.drain(noDeadline())
  expect(fixture.lines.filter((line) => line.level === 'error')).toEqual([])
})

test('drain and stop may be called in any number and order', async () => {
  const { hub, start } = createHub()
  await hub.stop(noDeadline())
  await start()
  await Promise.all([hub.stop(noDeadline()), hub.drain(noDeadline()), hub.stop(noDeadline())])
  await hub.stop(AbortSignal.abort())
})

test('a stop while the hub still binds ends the start, and leaves nothing listening', async () => {
  const { hub, start } = createHub({ config: { listen_addr: 'localhost:0' } })
  const started = rejection(start())
  await hub.stop(noDeadline())
  expect(await started).toMatchObject({ code: 'CANCELLED' })
  expect(hub.boundEndpoint()).toBeUndefined()
})

test('a start that is cancelled rejects with the reason, and leaves nothing listening', async () => {
  const { hub, start } = createHub()
  const reason = new Error('The host is stopping.')
  await expect(start(AbortSignal.abort(reason))).rejects.toBe(reason)
  expect(hub.boundEndpoint()).toBeUndefined()
})

test('a hub starts once', async () => {
  await using fixture = createHub()
  await fixture.start()
  await expect(fixture.start()).rejects.toMatchObject({ code: 'ALREADY_STARTED' })
})
