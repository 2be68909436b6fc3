import { expect, test } from '@jest/globals'
import { searchName } from './search-name.js'

test.each([
  ['Zürich', 'zurich'],
  ['São Tomé', 'sao tome'],
  ['Weißenbach', 'weissenbach'],
  ['Łódź', 'lodz'],
  ['İstanbul', 'istanbul'],
  ["L'Aquila", 'laquila'],
  ['Đồng Hới', 'dong hoi'],
])('%s is searched for as %s', (name, expected) => {
  expect(searchName(name)).toBe(expected)
})
