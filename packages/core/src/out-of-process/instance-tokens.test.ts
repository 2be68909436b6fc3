import { expect, test } from '@jest/globals'
import { InstanceTokens } from './instance-tokens.js'

const calculator = { module: 'calculator', instanceId: 'a' }

test('a token says which instance it was issued to', () => {
  const tokens = new InstanceTokens()
  const [first, second] = [tokens.issue(calculator), tokens.issue({ module: 'mailer', instanceId: 'b' })]
  expect(first).not.toBe(second)
  expect(tokens.identify(first)).toEqual(calculator)
  expect(tokens.identify(second)).toEqual({ module: 'mailer', instanceId: 'b' })
})

test.each(['', 'x', 'constructor'])('%j is nobody’s token', (token) => {
  const tokens = new InstanceTokens()
  tokens.issue(calculator)
  expect(tokens.identify(token)).toBeUndefined()
})

test('a token is worthless once its instance has another, or is gone', () => {
  const tokens = new InstanceTokens()
  const first = tokens.issue(calculator)
  const second = tokens.issue(calculator)
  expect(tokens.identify(first)).toBeUndefined()
  tokens.revoke('a')
  expect(tokens.identify(second)).toBeUndefined()
})
