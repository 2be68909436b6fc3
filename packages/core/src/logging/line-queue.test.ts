import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { LineQueue } from './line-queue.js'

const roomy = { maxLines: 1_000, maxBytes: 1_000_000 }

test('lines come out in the order in which they went in, as many as fit', () => {
  const queue = new LineQueue(roomy)
  for (const line of ['one\n', 'two\n', 'three\n']) queue.push(line)
  expect(queue.take(9)).toEqual({ text: 'one\ntwo\n', lineCount: 2, byteCount: 8 })
  expect(queue.take(1)).toEqual({ text: 'three\n', lineCount: 1, byteCount: 6 })
  expect(queue.take(1)).toEqual({ text: '', lineCount: 0, byteCount: 0 })
})

test('lines are refused beyond the limit of lines', () => {
  const queue = new LineQueue({ maxLines: 2, maxBytes: 100 })
  expect(['a', 'b', 'c'].map((line) => queue.push(line))).toEqual([true, true, false])
})

test('lines are refused beyond the limit of bytes, which counts bytes and not characters', () => {
  const queue = new LineQueue({ maxLines: 100, maxBytes: 5 })
  expect(['éé', 'é', 'a', 'b'].map((line) => queue.push(line))).toEqual([true, false, true, false])
})

test('one line of any length is accepted while the queue is empty', () => {
  const queue = new LineQueue({ maxLines: 100, maxBytes: 5 })
  expect(queue.push('far too long')).toBe(true)
  expect(queue.full).toBe(true)
})

test('what is taken out makes room for as much', () => {
  const queue = new LineQueue({ maxLines: 2, maxBytes: 5 })
  for (let i = 0; i < 10; i++) {
    expect([queue.push('aaa'), queue.push('bb'), queue.push('c')]).toEqual([true, true, false])
    expect(queue.take(100).text).toBe('aaabb')
  }
})

test('clear says how many lines were lost, and makes room', () => {
  const queue = new LineQueue({ maxLines: 2, maxBytes: 100 })
  queue.push('a')
  queue.push('b')
  expect(queue.clear()).toBe(2)
  expect(queue.push('c')).toBe(true)
  expect(queue.take(10).text).toBe('c')
})

test('behaves like a list, whatever is put in and taken out', () => {
  const step = fc.oneof(fc.string({ maxLength: 5, unit: 'grapheme' }), fc.integer({ min: 1, max: 12 }))
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const queue = new LineQueue(roomy)
      let list: string[] = []
      for (const next of steps) {
        if (typeof next === 'string') list.push(next)
        if (typeof next === 'string') queue.push(next)
        else {
          const batch = queue.take(next)
          expect(batch.text).toBe(list.slice(0, batch.lineCount).join(''))
          expect(batch.byteCount).toBe(Buffer.byteLength(batch.text))
          expect(batch.lineCount === 0).toBe(list.length === 0)
          list = list.slice(batch.lineCount)
        }
        expect(queue.length).toBe(list.length)
      }
    }),
  )
})
