import { expect, test } from '@jest/globals'
import { cursorOf, positionOf } from './page-cursor.js'

test('a cursor brings back the position that it was made from', () => {
  const position = { population: 341_730, id: 2_657_896 }
  expect(positionOf(cursorOf(position))).toEqual(position)
})

test.each(['', 'next', 'MTIz', cursorOf({ population: 1, id: 2 }) + 'AAAA'])('"%s" is refused', (cursor) => {
  expect(() => positionOf(cursor)).toThrow(expect.objectContaining({ code: 'CURSOR_INVALID', status: 400 }))
})
