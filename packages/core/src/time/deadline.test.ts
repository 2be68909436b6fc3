import { getEventListeners } from 'node:events'
import { describe, expect, test } from '@jest/globals'
import { isPromiseLike, settleWithin, sleep } from './deadline.js'
import { FakeClock } from './fake-clock.js'

const never = new Promise<never>(() => undefined)

function waiting(): { clock: FakeClock; controller: AbortController; signal: AbortSignal } {
  const controller = new AbortController()
  return { clock: new FakeClock(), controller, signal: controller.signal }
}

describe('a wait with a deadline', () => {
  test('leaves neither a timer nor a listener behind, however it ends', async () => {
    const { clock, controller, signal } = waiting()
    await settleWithin(Promise.resolve(1), { operation: 'x', clock, afterMs: 10, signal })
    const late = settleWithin(never, { operation: 'x', clock, afterMs: 10, signal })
    await clock.advance(10)
    await late
    expect([clock.pendingTimers, getEventListeners(signal, 'abort').length]).toEqual([0, 0])

    const cancelled = settleWithin(never, { operation: 'x', clock, afterMs: 10_000, signal })
    controller.abort()
    await clock.advance(1_000)
    await cancelled
    expect([clock.pendingTimers, getEventListeners(signal, 'abort').length]).toEqual([0, 0])
  })

  test('that is exceeded says which one and after how long', async () => {
    const clock = new FakeClock()
    const outcome = settleWithin(never, { operation: 'Hook x()', clock, afterMs: 10 })
    await clock.advance(10)
    const error = { code: 'DEADLINE_EXCEEDED', details: { operation: 'Hook x()', afterMs: 10 } }
    expect(await outcome).toMatchObject({ kind: 'exceeded', error })
  })

  test('names what was left behind when it is cancelled', async () => {
    const { clock, controller, signal } = waiting()
    const outcome = settleWithin(never, { operation: 'Hook x()', clock, afterMs: 10_000, signal, graceMs: 5 })
    controller.abort()
    await clock.advance(5)
    expect(await outcome).toMatchObject({
      kind: 'cancelled',
      error: { code: 'CANCELLED', details: { operation: 'Hook x()', abandoned: 'Hook x()' } },
    })
  })

  test('whose signal has aborted before it began has its grace only', async () => {
    const { clock, controller, signal } = waiting()
    controller.abort()
    const outcome = settleWithin(never, { operation: 'x', clock, afterMs: 10_000, signal, graceMs: 5 })
    await clock.advance(5)
    expect(await outcome).toMatchObject({ kind: 'cancelled' })
  })
})

describe('a sleep', () => {
  test('lasts its time, without a signal too', async () => {
    const { clock, signal } = waiting()
    const woken: string[] = []
    const both = Promise.all([
      sleep(10, { clock }).then(() => woken.push('without')),
      sleep(10, { clock, signal }).then(() => woken.push('with')),
    ])
    await clock.advance(9)
    expect(woken).toEqual([])
    await clock.advance(1)
    await both
    expect(woken).toEqual(['without', 'with'])
  })

  test('that an abort ends leaves no timer and no listener', async () => {
    const { clock, controller, signal } = waiting()
    const slept = sleep(1_000, { clock, signal })
    controller.abort()
    await slept
    expect([clock.pendingTimers, getEventListeners(signal, 'abort').length]).toEqual([0, 0])
  })

  test('that lasts its time leaves no listener, and sets no timer after an abort', async () => {
    const { clock, controller, signal } = waiting()
    const slept = sleep(1_000, { clock, signal })
    await clock.advance(1_000)
    await slept
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)

    controller.abort()
    await sleep(1_000, { clock, signal })
    expect(clock.pendingTimers).toBe(0)
  })
})

test('only what has a then() is waited for: an object or a function, and neither null nor a text', () => {
  const callable = Object.assign(() => undefined, { then: () => undefined })
  const values = [Promise.resolve(), { then: () => undefined }, callable, null, undefined, 'then', { then: 1 }]
  expect(values.map(isPromiseLike)).toEqual([true, true, true, false, false, false, false])
})
