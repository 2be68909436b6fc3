import { expect, test } from '@jest/globals'
import { oopPartsOf } from './choice.js'

test('both parts are measured, unless one is named', () => {
  expect(oopPartsOf()).toEqual(['start', 'call'])
  expect(oopPartsOf(['call'])).toEqual(['call'])
})

test('a name that is none is told with those that are', () => {
  expect(() => oopPartsOf(['call', 'restart'])).toThrow('--only knows start, call, and not restart.')
})
