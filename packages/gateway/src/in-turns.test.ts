import { expect, test } from '@jest/globals'
import { inTurns } from './in-turns.js'

test('a long work lets everything else that is due have its turn, and gives its results in order', async () => {
  const items = Array.from({ length: 100 }, (_, index) => index)
  let isOver = false
  let turns = 0
  const other = (): void => {
    turns++
    if (!isOver) setImmediate(other)
  }
  setImmediate(other)
  const doubled = await inTurns(items, (item) => item * 2)
  isOver = true
  expect(doubled).toEqual(items.map((item) => item * 2))
  expect(turns).toBeGreaterThanOrEqual(4)
})
