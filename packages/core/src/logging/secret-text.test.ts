import { expect, test } from '@jest/globals'
import { redactText } from './secret-text.js'

test.each([
  ['postgres://ann:pa55@db/app', 'postgres://ann:***REDACTED***@db/app'],
  ['postgres://ann:p@ss:w@rd@db:5432/app', 'postgres://ann:***REDACTED***@db:5432/app'],
  ['redis://:pa55@cache', 'redis://:***REDACTED***@cache'],
  [
    'cannot reach amqp://a:b@one/x or amqp://c:d@two/y',
    'cannot reach amqp://a:***REDACTED***@one/x or amqp://c:***REDACTED***@two/y',
  ],
  ['host=db user=ann password=pa55 port=1', 'host=db user=ann password=***REDACTED*** port=1'],
  ["password='two words' x=1", 'password=***REDACTED*** x=1'],
  ['/login?access_token=abc&next=/', '/login?access_token=***REDACTED***&next=/'],
  ['API-KEY = abc;', 'API-KEY = ***REDACTED***;'],
])('%s', (text, redacted) => {
  expect(redactText(text)).toBe(redacted)
})

test.each([
  'https://example.org:8080/users/ann@example.org',
  'https://ann@example.org/',
  'ann@example.org',
  'max_tokens=5',
  'a = b',
  '',
])('leaves %j alone', (text) => {
  expect(redactText(text)).toBe(text)
})

test('takes a time that grows with the length of the text, whatever stands in it', () => {
  const startedAt = performance.now()
  for (const part of ['/', '//', '//a:', 'a', '//a:@', 'password=', ':@', 'token '])
    redactText(`${part.repeat(100_000)}@=`)
  expect(performance.now() - startedAt).toBeLessThan(5_000)
})
