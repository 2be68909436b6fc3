import { expect, test } from '@jest/globals'
import { referenced } from './dereference.js'

const integer = { type: 'integer' }
const root = {
  $defs: { A: { $ref: '#/$defs/B' }, B: integer, 'a/b': integer, 'c~d é': integer, none: false },
  properties: { list: { prefixItems: [{}, integer] } },
}

test.each([
  ['#/$defs/B', integer],
  ['#/$defs/A', { $ref: '#/$defs/B' }],
  ['#/$defs/a~1b', integer],
  ['#/$defs/a/b', integer],
  ['#/$defs/c~0d%20%C3%A9', integer],
  ['#/$defs/none', { not: {} }],
  ['#/properties/list/prefixItems/1', integer],
  ['#', root],
  ['#/$defs/Gone', undefined],
  ['#/$defs/toString', undefined],
  ['#anchor', undefined],
  ['other.json#/$defs/B', undefined],
])('the reference %s leads one step on', ($ref, target) => {
  expect(referenced({ $ref }, root)).toEqual(target)
})

test('a schema without a reference leads nowhere', () => {
  expect(referenced(integer, root)).toBeUndefined()
})
