import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { loadConfig } from './load-config.js'

let directory: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'modkit-layers-'))
})
afterAll(() => {
  rmSync(directory, { recursive: true, force: true })
})

interface Tree {
  [key: string]: Tree | string | number | boolean | null | (string | number)[]
}

/** Keys that stay apart when case, `-` and `_` do not count, each in several spellings. */
const KEYS = ['alpha', 'beta-two', 'gammaThree', 'delta_four']

const leaf = fc.oneof(
  fc.constantFrom('x', 'y', ''),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.array(fc.integer(), { maxLength: 2 }),
)
const { tree } = fc.letrec<{ tree: Tree; value: Tree[string] }>((tie) => ({
  tree: fc.dictionary(fc.constantFrom(...KEYS), tie('value'), { maxKeys: 4, noNullPrototype: true }),
  value: fc.oneof({ maxDepth: 3, depthSize: 'small' }, leaf, tie('tree')),
}))

const variables = fc.uniqueArray(
  fc.record({
    path: fc.array(fc.constantFrom(...KEYS), { minLength: 1, maxLength: 3 }),
    value: fc.constantFrom('1', 'text', 'true'),
  }),
  { selector: ({ path }) => path[0], maxLength: 3 },
)

/** The rule of the layers said as plainly as possible: on objects, recursively, with no origins and no sharing. */
function lay(lower: Tree[string] | undefined, upper: Tree[string] | undefined): Tree[string] | undefined {
  if (upper === undefined) return lower
  if (!isTree(lower) || !isTree(upper)) return upper
  const keys = new Set([...Object.keys(lower), ...Object.keys(upper)])
  return Object.fromEntries([...keys].map((key) => [key, lay(lower[key], upper[key])])) as Tree
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function nested(path: readonly string[], value: string): Tree {
  return path.reduceRight<Tree | string>((inner, key) => ({ [key]: inner }), value) as Tree
}

function variableName(path: readonly string[]): string {
  const segments = path.map((key) =>
    key
      .replace(/([A-Z])/g, '_$1')
      .replaceAll('-', '_')
      .toUpperCase(),
  )
  return ['APP__MODULES__USERS__CONFIG', ...segments].join('__')
}

test('file, environment and host options lie over one another as the plain rule of the layers says', () => {
  fc.assert(
    fc.property(tree, variables, tree, (file, env, host) => {
      writeFileSync(join(directory, 'users.yaml'), JSON.stringify({ config: file }))
      const named = env.map(({ path, value }) => [variableName(path), value] as const)
      const source = { modules_dir: directory, modules: { users: { config: host } } }
      const config = loadConfig(source, { env: Object.fromEntries(named), cwd: '/', userHome: '/' })
      const set = env.reduce<Tree>((so, { path, value }) => lay(so, nested(path, value)) as Tree, {})
      expect(spelled(config.settings('users').raw)).toEqual(spelled(lay(lay(file, set), host)))
    }),
    { numRuns: 300 },
  )
})

/** With keys compared as names of variables are. */
function spelled(value: unknown): unknown {
  if (!isTree(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [key.replaceAll(/[-_]/g, '').toLowerCase(), spelled(child)]),
  )
}
