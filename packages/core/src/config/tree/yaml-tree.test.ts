import { describe, expect, test } from '@jest/globals'
import type { HostError } from '../../errors/host-error.js'
import { type ConfigNode, nodeAt, toPlain } from './config-tree.js'
import { yamlTree } from './yaml-tree.js'

function parse(text: string): { node: ConfigNode | undefined; problems: string[] } {
  const problems: HostError[] = []
  const node = yamlTree(text, { file: 'a.yaml', path: '', problems })
  return { node, problems: problems.map(({ message }) => message) }
}

test('every value knows its line and column; a block is where its key is', () => {
  const { node } = parse('a: 1\nb:\n  c:\n    - x\n    - {d: y}\ne:\n')
  expect(nodeAt(node, 'a')?.origin).toBe('a.yaml:1:4')
  expect(nodeAt(node, 'b')?.origin).toBe('a.yaml:2:1')
  expect(nodeAt(node, 'b', 'c', 0)?.origin).toBe('a.yaml:4:7')
  expect(nodeAt(node, 'b', 'c', 1, 'd')?.origin).toBe('a.yaml:5:11')
  expect(nodeAt(node, 'e')?.origin).toBe('a.yaml:6:3')
  expect(node && toPlain(node)).toEqual({ a: 1, b: { c: ['x', { d: 'y' }] }, e: null })
})

test('an empty document says nothing', () => {
  expect(parse('# nothing\n')).toEqual({ node: undefined, problems: [] })
})

test('anchors are unfolded wherever they are used', () => {
  const { node } = parse('a: &x { b: 1 }\nc: *x\nd: [*x]\n')
  expect(node && toPlain(node)).toEqual({ a: { b: 1 }, c: { b: 1 }, d: [{ b: 1 }] })
})

describe('a merge key', () => {
  test('brings in the keys of a map, each with its own place; keys of the map itself win wherever they stand', () => {
    const { node, problems } = parse('base: &base\n  a: 1\n  b: 2\n  c: { d: 3 }\nown:\n  b: 4\n  <<: *base\n  c: 5\n')
    expect(problems).toEqual([])
    expect(node && toPlain(node)).toEqual({ base: { a: 1, b: 2, c: { d: 3 } }, own: { a: 1, b: 4, c: 5 } })
    expect(nodeAt(node, 'own', 'a')?.origin).toBe('a.yaml:2:6')
    expect(nodeAt(node, 'own', 'b')?.origin).toBe('a.yaml:6:6')
    expect(nodeAt(node, 'own')?.origin).toBe('a.yaml:5:1')
  })

  test('takes a list, of which the first map wins, a map in its place, and a base that has a base', () => {
    const text =
      'x: &x { a: 1, b: 1 }\ny: &y { <<: *x, b: 2, c: 2 }\nz: { <<: [*x, *y, { d: 3 }] }\nw: { <<: { a: 4 } }\nl: &l [*x]\nv: { <<: *l }\n'
    const { node, problems } = parse(text)
    expect(problems).toEqual([])
    const plain = (key: string): unknown => toPlain(nodeAt(node, key) as ConfigNode)
    expect(['y', 'z', 'w', 'v'].map(plain)).toEqual([
      { a: 1, b: 2, c: 2 },
      { a: 1, b: 1, c: 2, d: 3 },
      { a: 4 },
      { a: 1, b: 1 },
    ])
  })

  test('is a text in quotes', () => {
    expect(parse('"<<": { a: 1 }').node).toMatchObject({ entries: new Map([['<<', expect.anything()]]) })
  })

  test.each([
    ['a text', 'm:\n  <<: base', '"m" merges with "<<" what is no map; write .* \\(a.yaml:2:7\\)'],
    ['nothing', 'm:\n  <<:', '"m" merges with "<<" what is no map; write .* \\(a.yaml:2:6\\)'],
    ['a key that stands alone', 'm: { << }', '"m" merges with "<<" what is no map; write .* \\(a.yaml:1:6\\)'],
    ['a list of texts', 'm: { <<: [{ a: 1 }, b] }', '"m" merges with "<<" what is no map; write .* \\(a.yaml:1:21\\)'],
    ['the map that it stands in', 'm: &m { <<: *m }', '"m" is an alias of a value that contains it'],
  ])('is refused with %s', (_, text, message) => {
    expect(parse(text).problems).toEqual([expect.stringMatching(message)])
  })

  test('is refused once for each part of a list that is no map', () => {
    expect(parse('m: { <<: [b, { a: 1 }, c] }').problems).toHaveLength(2)
  })

  test('counts among the aliases of a file', () => {
    const levels = Array.from({ length: 12 }, (_, i) => {
      const below = Array(9)
        .fill(`*a${String(i - 1)}`)
        .join(', ')
      return `k${String(i)}: &a${String(i)} { ${i === 0 ? 'x: 1' : `<<: [${below}]`} }`
    })
    expect(parse(levels.join('\n')).problems[0]).toMatch(/one alias too many; a file may use 1000/)
  })
})

describe('what is told', () => {
  test.each([
    ['a syntax error', 'a: [1, 2\nb: 3', /is not legal YAML: .*\(a.yaml:2:1\)/],
    ['a duplicate key', 'a: 1\na: 2', /Map keys must be unique.*\(a.yaml:2:1\)/],
    ['a tag that nobody knows', 'a: !env HOME', /Unresolved tag: !env.*\(a.yaml:1:4\)/],
    ['an alias without an anchor', 'a: *x', /Unresolved alias|alias/],
    ['an alias inside its own anchor', 'a: &x [*x]', /"a.0" is an alias of a value that contains it \(a.yaml:1:8\)/],
    ['a key that is a map', '{ { a: 1 }: 2 }', /has a key that is not a text/],
  ])('%s', (_, text, message) => {
    expect(parse(text).problems.join('\n')).toMatch(message)
  })

  test('of one fault in the grammar, and of those before it, but not what follows from it', () => {
    const text = 'a: 1\na: 2\nmodules: [\n  users:\n    config: { x: 1 }\n  cities:\n    config: { y: 1 }\n'
    expect(parse(text).problems).toEqual([
      expect.stringContaining('Map keys must be unique'),
      expect.stringMatching(/is not legal YAML: .*\(a.yaml:5:5\)/),
    ])
  })

  test('a file whose aliases unfold without end', () => {
    const levels = Array.from(
      { length: 12 },
      (_, i) =>
        `k${String(i)}: &a${String(i)} [${Array(9)
          .fill(i === 0 ? 'x' : `*a${String(i - 1)}`)
          .join(', ')}]`,
    )
    expect(parse(levels.join('\n')).problems[0]).toMatch(/one alias too many; a file may use 1000/)
  })

  test.each([
    ['lists', `a: 1\nb: ${'['.repeat(50_000)}${']'.repeat(50_000)}`],
    ['maps', `a: 1\nb: ${'{x: '.repeat(5_000)}`],
    ['lists of dashes', `a: 1\n${'- '.repeat(50_000)}x`],
  ])('a text that is nested too deeply to be parsed: %s', (_, text) => {
    expect(parse(text).problems).toEqual(['The configuration is nested too deeply (a.yaml:2).'])
  })

  test('but not brackets and dashes that nest nothing', () => {
    const text = `a: "${'['.repeat(300)}"\nb: |\n  ${'[ '.repeat(300)}\nc:\n${'  - []\n'.repeat(300)}d: ${'-'.repeat(300)}\n`
    expect(parse(text).problems).toEqual([])
  })
})
