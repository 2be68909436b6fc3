import { describe, expect, test } from '@jest/globals'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { type ConfigNode, leafNode, mapNode, toPlain } from '../tree/config-tree.js'
import { readTexts } from './read-texts.js'

const text = (value: string): ConfigNode => ({ kind: 'leaf', value, origin: 'environment variable X', fromText: true })

const tree = (entries: Readonly<Record<string, ConfigNode>>): ConfigNode => mapNode(Object.entries(entries), 'test')

type Issues = readonly StandardSchemaV1.Issue[]

/** What the texts are read as by a schema that says of a value what is wrong with it. */
function readBy(node: ConfigNode, issuesOf: (value: Readonly<Record<string, unknown>>) => Issues): unknown {
  const read = readTexts(node, (tried) => {
    const value = toPlain(tried) as Record<string, unknown>
    const issues = issuesOf(value)
    return issues.length === 0 ? { value } : { issues }
  })
  return toPlain(read.node)
}

const numberAt = (...keys: readonly string[]) => {
  return (value: Readonly<Record<string, unknown>>): Issues =>
    keys.filter((key) => typeof value[key] !== 'number').map((key) => ({ message: 'no number', path: [key] }))
}

describe('a text of the environment', () => {
  test('is what the schema wants it to be, each by itself', () => {
    const node = tree({ port: text('80'), name: text('5'), host: leafNode('7', 'app.yaml') })
    expect(readBy(node, numberAt('port', 'host'))).toEqual({ port: 80, name: '5', host: '7' })
  })

  test('stays a text where no reading of it satisfies the schema, while others are read', () => {
    const node = tree({ good: text('1'), low: text('4'), words: text('many') })
    const issues = readBy(node, (value) => [
      ...numberAt('good', 'words')(value),
      ...(value['low'] === 10 ? [] : [{ message: 'not ten', path: ['low'] }]),
    ])
    expect(issues).toEqual({ good: 1, low: '4', words: 'many' })
  })

  test('stays a text where its reading moves the objection to a part of it, or to the whole', () => {
    const inside = readBy(tree({ list: text('[1,2]') }), ({ list }) =>
      Array.isArray(list) ? [{ message: 'too small', path: ['list', 1] }] : [{ message: 'no list', path: ['list'] }],
    )
    const above = readBy(tree({ n: text('1') }), ({ n }) =>
      typeof n === 'number' ? [{ message: 'the whole is wrong', path: [] }] : [{ message: 'no number', path: ['n'] }],
    )
    expect([inside, above]).toEqual([{ list: '[1,2]' }, { n: '1' }])
  })

  test('is read although somebody else is wrong, whose path only looks alike', () => {
    const node = tree({ a: text('1'), ab: leafNode('x', 'app.yaml') })
    expect(readBy(node, numberAt('a', 'ab'))).toEqual({ a: 1, ab: 'x' })
  })
})
