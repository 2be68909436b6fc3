import { describe, expect, test } from '@jest/globals'
import { switchableClient } from './switchable-client.js'

class Counter {
  readonly label = 'counter'
  #count = 0

  next(): number {
    return ++this.#count
  }
}

describe('what stands for a client', () => {
  test('looks like it: its properties, their names and their descriptions', () => {
    const real = { a: 1, b: Object.freeze([2]) }
    const client = switchableClient(real).client as typeof real
    expect(Object.keys(client)).toEqual(['a', 'b'])
    expect('a' in client && !('c' in client)).toBe(true)
    expect({ ...client }).toEqual(real)
    expect(Object.getOwnPropertyDescriptor(client, 'a')).toEqual({
      value: 1,
      writable: true,
      enumerable: true,
      configurable: true,
    })
    expect(Object.getOwnPropertyDescriptor(client, 'nothing')).toBeUndefined()
  })

  test('shows what is frozen as what a proxy may show', () => {
    const client = switchableClient(Object.freeze({ a: 1 })).client as object
    expect(Object.getOwnPropertyDescriptor(client, 'a')).toMatchObject({ value: 1, configurable: true })
  })

  test('is of its class, and its methods are the same each time', () => {
    const client = switchableClient(new Counter()).client as Counter
    expect(client).toBeInstanceOf(Counter)
    expect(client.next).toBe(client.next)
    expect([client.next(), client.next(), client.label]).toEqual([1, 2, 'counter'])
  })

  test('writes through to it', () => {
    const real = { a: 1 }
    const client = switchableClient(real).client as typeof real
    client.a = 2
    expect(real.a).toBe(2)
  })

  test('asks the stand-in once there is one, also by methods taken out before', () => {
    const { client, replace } = switchableClient(new Counter())
    const { next } = client as Counter
    replace({ next: () => 'gone', label: 'stand-in' })
    expect([next(), (client as Counter).label]).toEqual(['gone', 'stand-in'])
  })

  test.each([undefined, null, 7, 'text'])('is the client itself where that is no object: %p', (real) => {
    const { client, replace } = switchableClient(real)
    replace({})
    expect(client).toBe(real)
  })
})
