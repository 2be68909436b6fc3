import { expect, test } from '@jest/globals'
import { Problem } from './problem.js'

test('a problem is an error whose title defaults to the words of its status', () => {
  const problem = new Problem({ status: 404, detail: 'There is no user "7".', code: 'USER_NOT_FOUND' })
  expect(problem).toBeInstanceOf(Error)
  expect(problem.message).toBe('There is no user "7".')
  expect(problem).toMatchObject({ status: 404, title: 'Not Found', type: 'about:blank', code: 'USER_NOT_FOUND' })
})

test('a problem keeps its cause for the log', () => {
  const cause = new Error('why')
  expect(new Problem({ status: 502, cause }).cause).toBe(cause)
})

test.each([200, 99, 600, NaN, 404.5])('a status %p, which is no error, becomes 500', (status) => {
  expect(new Problem({ status }).status).toBe(500)
})

test('a problem is recognised by its brand, not by its class', () => {
  const foreign = Object.assign(new Error('x'), { [Symbol.for('modkit:problem')]: true })
  expect(Problem.is(foreign)).toBe(true)
  expect(Problem.is(new Error('x'))).toBe(false)
  expect(Problem.is(null)).toBe(false)
})
