import { expect, test } from '@jest/globals'
import { GrowingBytes } from './growing-bytes.js'

test('what came is there as a whole, however it was cut', () => {
  const text = 'Grüße, '.repeat(40)
  const whole = Buffer.from(text)
  for (const size of [1, 2, 7, 64, whole.length]) {
    const bytes = new GrowingBytes()
    for (let at = 0; at < whole.length; at += size) bytes.add(whole.subarray(at, at + size))
    expect([bytes.length, bytes.whole().toString()]).toEqual([whole.length, text])
  }
  expect(new GrowingBytes().whole()).toHaveLength(0)
})

test('the pieces are not written into', () => {
  const bytes = new GrowingBytes()
  const first = Buffer.from('abcdef').subarray(0, 2)
  bytes.add(first)
  bytes.add(Buffer.from('xy'))
  expect([bytes.whole().toString(), first.toString(), first.buffer.byteLength > 2]).toEqual(['abxy', 'ab', true])
  expect(Buffer.from(first.buffer, first.byteOffset, 6).toString()).toBe('abcdef')
})
