import { expect, test } from '@jest/globals'
import { waysOf } from './schema-ways.js'

const text = { type: 'string' }
const number = { type: 'number' }
const short = { maxLength: 3 }

/** The ways without the schemas that only combine others. */
const ways = (schema: object, $defs = {}): object[][] => {
  const combines = (part: object): boolean => ['$ref', 'allOf', 'anyOf', 'oneOf'].some((key) => key in part)
  return waysOf(schema, { $defs }).map((way) => way.filter((part) => !combines(part)))
}

test('a schema is one way, and each of its choices is another', () => {
  expect(ways(text)).toEqual([[text]])
  expect(ways({ anyOf: [text, { oneOf: [number, short] }] })).toEqual([[text], [number], [short]])
})

test('what holds at once holds in each way', () => {
  expect(ways({ allOf: [short], anyOf: [text, number] })).toEqual([
    [short, text],
    [short, number],
  ])
  expect(waysOf({ maxLength: 3, $ref: '#/$defs/A' }, { $defs: { A: text } })).toEqual([
    [{ maxLength: 3, $ref: '#/$defs/A' }, text],
  ])
})

test('what is never legal is no way, and neither is what leads back to itself', () => {
  expect(ways({ anyOf: [false, { not: {} }, true] })).toEqual([[{}]])
  expect(ways({ $ref: '#/$defs/A' }, { A: { anyOf: [text, { $ref: '#/$defs/A' }] } })).toEqual([[text]])
  expect(ways({ $ref: '#/$defs/A' }, { A: { $ref: '#/$defs/A' } })).toEqual([])
})

test('choices that multiply beyond all measure say nothing', () => {
  const choice = { anyOf: Array.from({ length: 10 }, (_, minLength) => ({ minLength })) }
  expect(waysOf({ allOf: Array.from({ length: 20 }, () => choice) }, {}).length).toBeLessThanOrEqual(256)
})
