import { expect, test } from '@jest/globals'
import { EventLog } from './event-log.js'

test('an event that everyone has read is kept for the history alone', () => {
  const log = new EventLog<string>({ history: 1, limit: 3 })
  log.enter(log.next)
  log.append('a')
  log.append('b')
  expect([log.first, log.historyBegin, log.next]).toEqual([1, 2, 3])
  expect([log.read(1), log.first]).toEqual(['a', 2])
  expect([log.read(2), log.first]).toEqual(['b', 2])
  expect(log.read(3)).toBeUndefined()
})

test('what nobody reads is not kept', () => {
  const log = new EventLog<string>({ history: 0, limit: 3 })
  log.append('a')
  expect([log.first, log.next, log.dropped]).toEqual([2, 2, 0])
})

test('a reader that goes takes with it what it alone had still to read', () => {
  const log = new EventLog<string>({ history: 0, limit: 3 })
  log.enter(1)
  log.append('a')
  log.append('b')
  log.enter(2)
  log.leave(1)
  expect([log.first, log.read(2), log.first]).toEqual([2, 'b', 3])
})

test('beyond the limit the oldest goes, and counts once for each reader that had it before it', () => {
  const log = new EventLog<string>({ history: 0, limit: 1 })
  log.enter(1)
  log.enter(1)
  log.append('a')
  log.append('b')
  log.leave(1)
  log.append('c')
  expect([log.first, log.dropped, log.read(3)]).toEqual([3, 3, 'c'])
})
