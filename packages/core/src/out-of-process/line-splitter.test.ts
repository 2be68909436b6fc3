import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { LineSplitter, type Line } from './line-splitter.js'

function split(chunks: readonly Buffer[], maxBytes = 1_024): readonly Line[] {
  const splitter = new LineSplitter({ maxBytes })
  return [...chunks.flatMap((chunk) => splitter.push(chunk)), ...splitter.end()]
}

const texts = (lines: readonly Line[]): readonly string[] => lines.map((line) => line.text)

/** `bytes` in pieces, cut at `cuts`. */
function chunked(bytes: Buffer, cuts: readonly number[]): readonly Buffer[] {
  const borders = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  return borders.slice(1).map((end, i) => bytes.subarray(borders[i], end))
}

/** What splitting means, for output that is there as a whole. */
function splitAtOnce(bytes: Buffer): readonly string[] {
  const lines = bytes.toString('latin1').split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines.map((line) => Buffer.from(line.replace(/\r$/, ''), 'latin1').toString('utf8'))
}

const output = fc
  .array(
    fc.oneof(
      fc.constantFrom('\n', '\r\n', '\r', 'é', '😀', '\ufeff').map((text) => Buffer.from(text)),
      fc.string({ maxLength: 5 }).map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 4 }).map((bytes) => Buffer.from(bytes)),
    ),
  )
  .map((pieces) => Buffer.concat(pieces))

describe('splitting output into lines', () => {
  test('gives the same lines however the bytes are distributed over chunks', () => {
    fc.assert(
      fc.property(output, fc.array(fc.nat()), (bytes, cuts) => {
        expect(texts(split(chunked(bytes, cuts)))).toEqual(splitAtOnce(bytes))
      }),
    )
  })

  test('gives the same cut lines however the bytes are distributed over chunks', () => {
    fc.assert(
      fc.property(output, fc.array(fc.nat()), fc.integer({ min: 1, max: 6 }), (bytes, cuts, maxBytes) => {
        expect(split(chunked(bytes, cuts), maxBytes)).toEqual(split([bytes], maxBytes))
      }),
    )
  })

  test('never hands out more than the limit of well-formed text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 4, max: 9 }), (text, maxBytes) => {
        for (const line of split([Buffer.from(text)], maxBytes)) {
          expect(Buffer.byteLength(line.text)).toBeLessThanOrEqual(maxBytes)
        }
      }),
    )
  })

  test('turns bytes that are not UTF-8 into replacement characters and goes on', () => {
    const bytes = Buffer.concat([Buffer.from('bad '), Buffer.from([0xff, 0xfe]), Buffer.from('\ngood\n')])
    expect(texts(split([bytes]))).toEqual(['bad \ufffd\ufffd', 'good'])
  })

  test('takes LF and CRLF as line endings, and a lone CR as part of the line', () => {
    expect(texts(split([Buffer.from('a\r\nb\n10%\r20%\r\n\n')]))).toEqual(['a', 'b', '10%\r20%', ''])
  })

  test('hands out a last line without an ending', () => {
    expect(split([Buffer.from('a\nb')])).toEqual([
      { text: 'a', truncated: false },
      { text: 'b', truncated: false },
    ])
  })

  test('cuts a line that is too long, says so, and skips the rest of it', () => {
    expect(split([Buffer.from('12345'), Buffer.from('6789\nnext\n')], 4)).toEqual([
      { text: '1234', truncated: true },
      { text: 'next', truncated: false },
    ])
  })

  test('hands out the cut line at once, not at its end', () => {
    const splitter = new LineSplitter({ maxBytes: 4 })
    expect(splitter.push(Buffer.from('123456'))).toEqual([{ text: '1234', truncated: true }])
    expect(splitter.push(Buffer.alloc(100_000, 'x'))).toEqual([])
    expect(splitter.push(Buffer.from('\nnext\n'))).toEqual([{ text: 'next', truncated: false }])
  })

  test('leaves a line of exactly the limit whole, whatever its ending', () => {
    for (const ending of ['\n', '\r\n', '']) {
      expect(split([Buffer.from(`1234${ending}`)], 4)).toEqual([{ text: '1234', truncated: false }])
    }
  })

  test('does not cut a character in two', () => {
    expect(split([Buffer.from('ab😀cd')], 4)).toEqual([{ text: 'ab', truncated: true }])
  })
})
