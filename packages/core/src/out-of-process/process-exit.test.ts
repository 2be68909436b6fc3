import { expect, test } from '@jest/globals'
import { atProcessExit } from './process-exit.js'

test('one listener serves all tasks, and none is left when they are taken back', () => {
  const before = process.listenerCount('exit')
  const takeBack = [atProcessExit(() => undefined), atProcessExit(() => undefined)]
  expect(process.listenerCount('exit')).toBe(before + 1)
  for (const forget of takeBack) forget()
  expect(process.listenerCount('exit')).toBe(before)
})
