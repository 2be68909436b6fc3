import { expect, test } from '@jest/globals'
import { dbChoiceOf } from './choice.js'

test('without names everything is measured, and nothing is profiled', () => {
  expect(dbChoiceOf()).toEqual({
    engines: ['sqlite', 'postgres', 'mysql'],
    operations: ['select', 'select-100', 'insert', 'transaction', 'import'],
    profile: false,
  })
})

test('names of engines leave out the other engines, names of operations the others', () => {
  expect(dbChoiceOf(['mysql', 'sqlite'])).toMatchObject({ engines: ['sqlite', 'mysql'], operations: { length: 5 } })
  expect(dbChoiceOf(['insert'])).toMatchObject({ engines: { length: 3 }, operations: ['insert'] })
  expect(dbChoiceOf(['profile', 'sqlite', 'select'])).toEqual({
    engines: ['sqlite'],
    operations: ['select'],
    profile: true,
  })
})

test('a name that is none is told with those that are', () => {
  expect(() => dbChoiceOf(['sqlite', 'oracle'])).toThrow(/--only knows sqlite.*profile, and not oracle\./)
})
