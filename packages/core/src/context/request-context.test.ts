import { describe, expect, test } from '@jest/globals'
import { currentRequest, currentSecurity, runWithRequest, runWithSecurity } from './request-context.js'

const ada = { subject: 'ada', scopes: [] }
const bob = { subject: 'bob', scopes: [] }
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('who is calling', () => {
  // First of all: what comes later makes the storage.
  test('is nobody, and costs nothing, before anybody was remembered', () => {
    expect(currentSecurity()).toBeUndefined()
    expect(Reflect.get(globalThis, Symbol.for('modkit:request-context'))).toBeUndefined()
  })

  test('is known to all that the work does, also after it has waited, and to nobody else', async () => {
    const work = async (): Promise<unknown> => {
      await nextTurn()
      const inside = currentSecurity()
      await Promise.all([nextTurn(), nextTurn()])
      return [inside, currentSecurity()]
    }
    const done = runWithSecurity(ada, work)
    expect(currentSecurity()).toBeUndefined()
    expect(await done).toEqual([ada, ada])
    expect(currentSecurity()).toBeUndefined()
  })

  test('is the innermost of those on whose behalf code runs', () => {
    const seen = runWithSecurity(ada, () => [runWithSecurity(bob, currentSecurity), currentSecurity()])
    expect(seen).toEqual([bob, ada])
  })

  test('stands beside what else is known of the request', () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    const seen = runWithRequest({ traceparent }, () => runWithSecurity(ada, currentRequest))
    expect(seen).toEqual({ traceparent, security: ada })
    expect(currentRequest()).toBeUndefined()
  })

  test('is known to every copy of the package in the process', async () => {
    const again = './request-context.js?copy'
    const copy = (await import(again)) as { currentSecurity: typeof currentSecurity }
    expect(copy.currentSecurity).not.toBe(currentSecurity)
    expect(runWithSecurity(ada, copy.currentSecurity)).toBe(ada)
  })
})
