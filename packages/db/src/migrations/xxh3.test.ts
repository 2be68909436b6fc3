import { describe, expect, test } from '@jest/globals'
import { xxh3 } from './xxh3.js'

/** Hashes of the reference implementation (libxxhash 0.8), one or more for every branch on the length. */
const reference: readonly (readonly [length: number, hash: string])[] = [
  [0, '2d06800538d394c2'],
  [1, '4c5cca45d0f4811f'],
  [2, '29c60963cbfa4e6e'],
  [3, '6e3e2670e61106ac'],
  [4, '5c4c63133443d03f'],
  [5, '49f5eb3111280b63'],
  [8, 'f9fd4dd0b04d78f5'],
  [9, '7c20df9712c26edf'],
  [12, '16d2dff54dc2ee45'],
  [16, '86abf6baccea0858'],
  [17, 'b58bf5dc5022d071'],
  [32, 'e3712ed84c04a66e'],
  [33, 'a4dee99b093e1f73'],
  [64, '1291d2d4042330dd'],
  [65, '97c6bf83217e5ec9'],
  [96, '81296929fc063365'],
  [97, 'f145a45b658ab9dd'],
  [128, '10d17f72c0ccba41'],
  [129, '1648bdc3db49d1a2'],
  [160, '655c8dc33b4b4c4a'],
  [200, 'c0fbc0f4e181c826'],
  [240, 'b6cfaf343fab81e6'],
  [241, '956cae592c67279e'],
  [512, 'a0e9790eb93990d7'],
  [1024, '70bd377d9574f4bb'],
  [1025, '66c4487c41e127a7'],
  [2000, 'f7d78023f8a2c2b7'],
]

const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * 131 + 7) % 256)

describe('xxh3', () => {
  test.each(reference)('%i bytes hash as in the reference implementation', (length, hash) => {
    expect(xxh3(bytes(length)).toString(16).padStart(16, '0')).toBe(hash)
  })
})
