import { expect, test } from '@jest/globals'
import type { HostError } from '../../errors/host-error.js'
import { toPlain } from '../tree/config-tree.js'
import { expandVariables } from './expand-variables.js'
import { objectTree } from '../tree/object-tree.js'

function expand(value: unknown, env: Record<string, string> = {}): { value: unknown; problems: string[] } {
  const problems: HostError[] = []
  const tree = objectTree(value, { origin: 'here', path: '', problems })
  const expanded = toPlain(expandVariables(tree, '', { env, problems }))
  return { value: expanded, problems: problems.map(({ message }) => message) }
}

test('every variable in every text is replaced, once', () => {
  const { value } = expand({ a: ['x${A}-${B_1}', { c: '${A}' }], n: 1 }, { A: '${B_1}', B_1: 'b' })
  expect(value).toEqual({ a: ['x${B_1}-b', { c: '${B_1}' }], n: 1 })
})

test('an empty variable is set', () => {
  expect(expand('<${A}>', { A: '' })).toEqual({ value: '<>', problems: [] })
})

test('"$${" stands for "${", and a "$" alone for itself', () => {
  expect(expand({ a: '$${A} $A $5 {A}' })).toEqual({ value: { a: '${A} $A $5 {A}' }, problems: [] })
})

test('a variable that is not set is told with its name and the path', () => {
  expect(expand({ a: { b: ['${NOPE}'] } }).problems).toEqual([
    '"a.b.0" asks for the environment variable NOPE, which is not set (here).',
  ])
})

test('what only looks like a variable is told instead of passed on', () => {
  expect(expand({ a: '${A:-x}', b: '${' }).problems).toEqual([
    expect.stringMatching(/^"a" has a "\${" that begins no variable/),
    expect.stringMatching(/^"b" has a "\${" that begins no variable/),
  ])
})

test('a tree without variables stays the same object', () => {
  const value = { a: [{ b: 'text' }] }
  expect(expand(value).value).toBe(value)
})
