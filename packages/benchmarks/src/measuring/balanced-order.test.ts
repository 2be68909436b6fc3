import { expect, test } from '@jest/globals'
import { balancedOrder } from './balanced-order.js'

test.each([
  { items: ['a'], turns: 1, each: 1 },
  { items: ['a', 'b'], turns: 2, each: 1 },
  { items: ['a', 'b', 'c'], turns: 6, each: 2 },
  { items: ['a', 'b', 'c', 'd'], turns: 4, each: 1 },
  { items: ['a', 'b', 'c', 'd', 'e', 'f', 'g'], turns: 14, each: 2 },
])('of $items.length each has every place, and follows every other, equally often', ({ items, turns, each }) => {
  const orders = Array.from({ length: turns }, (_, turn) => balancedOrder(items, turn))
  const places = countOf(orders.flatMap((order) => order.map((item, place) => `${item} at ${String(place)}`)))
  expect(places.size).toBe(items.length ** 2)
  expect(new Set(places.values())).toEqual(new Set([each]))
  const pairs = countOf(
    orders.flatMap((order) => order.slice(1).map((item, before) => `${order[before] ?? ''}${item}`)),
  )
  expect(pairs.size).toBe(items.length * (items.length - 1))
  for (const count of pairs.values()) expect(count).toBe(each)
})

test('nothing is in no order', () => {
  expect(balancedOrder([], 3)).toEqual([])
})

function countOf(texts: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1)
  return counts
}
