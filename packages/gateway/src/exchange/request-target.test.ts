import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { plainTarget } from './request-target.js'

test.each([
  ['/users?q=%61', '/users?q=%61'],
  ['/%75sers/%7eada/x%2Fy?q=%61', '/users/~ada/x%2Fy?q=%61'],
  ['/%2561', '/%2561'],
  ['*', '*'],
  ['http://shop.example', '/'],
  ['HTTPS://shop.example:8443?q=1', '/?q=1'],
  ['http://[::1]:80/%75sers', '/users'],
])('%s asks for %s', (target, plain) => {
  expect(plainTarget(target)).toBe(plain)
})

test.each([
  'http:///users',
  'http://a;b/users',
  "http://a'/users",
  'http://me@a/users',
  'ftp://a/users',
  '/%%36%31',
  '/%6',
])('%s is left as it is', (target) => {
  expect(plainTarget(target)).toBe(target)
})

test('a path means the same as before, and is in its one form', () => {
  const piece = fc.constantFrom('/', 'a', '~', '%61', '%2F', '%25', '%', '%7', '6', '1', '%C3%A9', '?', '%zz')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const target = `/${pieces.join('')}`
      const plain = plainTarget(target)
      expect(meaningOf(plain)).toBe(meaningOf(target))
      expect(plainTarget(plain)).toBe(plain)
    }),
    { numRuns: 2_000 },
  )
})

function meaningOf(path: string): string | undefined {
  try {
    return decodeURIComponent(path)
  } catch {
    return undefined
  }
}
