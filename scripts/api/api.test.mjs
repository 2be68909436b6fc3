import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { spawnSync } from 'node:child_process'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { doors } from './doors.mjs'
import { differences, writeFiles } from './files.mjs'
import { reportText } from './reports.mjs'

const LIMIT_MS = 120_000
const workspace = resolve(import.meta.dirname, '../..')

/** A tree with one package of two doors, another that does not ship, and the libraries of this one. */
function createTree() {
  const root = mkdtempSync(join(tmpdir(), 'modkit-api-test-'))
  symlinkSync(join(workspace, 'node_modules'), join(root, 'node_modules'))
  const write = (path, text) => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  const target = (name) => ({
    'modkit:source': `./src/${name}.ts`,
    types: `./dist/${name}.d.ts`,
    default: `./dist/${name}.js`,
  })
  const exports = { '.': target('index'), './spi': target('spi'), './package.json': './package.json' }
  write('package.json', JSON.stringify({ workspaces: ['packages/lamp', 'packages/own'] }))
  write('packages/lamp/package.json', JSON.stringify({ name: '@modkit/lamp', type: 'module', exports }))
  write('packages/own/package.json', JSON.stringify({ name: '@modkit/own', private: true, exports }))
  const compilerOptions = { module: 'nodenext', target: 'es2022', strict: true, types: [] }
  write('tsconfig.check.json', JSON.stringify({ compilerOptions, include: ['packages/*/src'] }))
  write('packages/lamp/src/spi.ts', '// For builders of lamps.\n\n/** Watts. */\nexport const power = 7\n')
  write('packages/lamp/dist/spi.d.ts', '/** Watts. */\nexport declare const power = 7;\n')
  write(
    'packages/lamp/dist/index.d.ts',
    '/** Gives light. */\nexport declare function shine(): Light;\ninterface Light {\n    readonly lumen: number;\n}\nexport {};\n',
  )
  return { root, write }
}

const documented =
  '// Lamps.\n\n/** Gives light, see {@link power}. */\nexport function shine(): number {\n  return power\n}\n'
const linked = documented.replace('// Lamps.\n', "// Lamps.\nimport { power } from './spi.js'\n")

/** In a process of its own: the tools keep much in memory, and are no matter of the test runner. */
function run(root, what) {
  const code = `
    import { doors } from ${JSON.stringify(join(import.meta.dirname, 'doors.mjs'))}
    import { referenceFiles } from ${JSON.stringify(join(import.meta.dirname, 'reference.mjs'))}
    import { reportFiles } from ${JSON.stringify(join(import.meta.dirname, 'reports.mjs'))}
    const files = await ${what}(doors(${JSON.stringify(root)}), ${JSON.stringify({ root, folder: join(root, 'out') })})
    console.log(JSON.stringify([...files]))`
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '', NO_COLOR: '1' },
  })
  return {
    status,
    output: stdout + stderr,
    files: status === 0 ? new Map(JSON.parse(stdout.trim().split('\n').at(-1))) : new Map(),
  }
}

let tree
beforeEach(() => (tree = createTree()))
afterEach(() => rmSync(tree.root, { recursive: true }))

test('doors are those of the packages that ship, with what the first line of their sources says', () => {
  tree.write('packages/lamp/src/index.ts', documented)
  expect(doors(tree.root)).toEqual([
    expect.objectContaining({ name: '@modkit/lamp', page: 'lamp', description: 'Lamps.' }),
    expect.objectContaining({ name: '@modkit/lamp/spi', page: 'lamp-spi', description: 'For builders of lamps.' }),
  ])
})

test(
  'the reference has a page for each door, which link to each other, and an index',
  () => {
    tree.write('packages/lamp/src/index.ts', linked)
    const { files, output } = run(tree.root, 'referenceFiles')
    expect(output).not.toContain('warning')
    expect([...files.keys()]).toEqual(['docs/api/README.md', 'docs/api/lamp.md', 'docs/api/lamp-spi.md'])
    expect(files.get('docs/api/lamp.md')).toContain('Gives light, see [power](lamp-spi.md#power).')
    expect(files.get('docs/api/README.md')).toContain('| [`@modkit/lamp/spi`](lamp-spi.md) | For builders of lamps. |')
  },
  LIMIT_MS,
)

test(
  'there is no reference while something is not documented, or a link leads nowhere',
  () => {
    tree.write('packages/lamp/src/index.ts', linked.replace('see {@link power}', 'see {@link darkness}'))
    tree.write('packages/lamp/src/spi.ts', '// For builders of lamps.\n\nexport const power = 7\n')
    const { status, output } = run(tree.root, 'referenceFiles')
    expect(status).not.toBe(0)
    expect(output).toContain('@modkit/lamp/spi.power (Variable)')
    expect(output).toContain('Failed to resolve link to "darkness"')
    expect(output).toContain('mend the doc comments')
  },
  LIMIT_MS,
)

test(
  'a report tells the signatures of a door, and of the types behind them',
  () => {
    tree.write('packages/lamp/src/index.ts', documented)
    const { files } = run(tree.root, 'reportFiles')
    expect([...files.keys()]).toEqual(['packages/lamp/api/lamp.api.md', 'packages/lamp/api/lamp-spi.api.md'])
    const report = files.get('packages/lamp/api/lamp.api.md')
    expect(report).toMatch(/^# What `@modkit\/lamp` exports\n/)
    expect(report).toContain('export function shine(): Light;')
    expect(report).toContain('readonly lumen: number;')
  },
  LIMIT_MS,
)

test(
  'a report is not made of what has not been built',
  () => {
    tree.write('packages/lamp/src/index.ts', documented)
    rmSync(join(tree.root, 'packages/lamp/dist/index.d.ts'))
    expect(run(tree.root, 'reportFiles').output).toContain(
      'packages/lamp/dist/index.d.ts is missing: run `npm run build`',
    )
  },
  LIMIT_MS,
)

test('what is stale, missing or too much is named, and mended by writing', () => {
  const fresh = new Map([
    ['docs/api/lamp.md', 'new'],
    ['packages/lamp/api/lamp.api.md', 'new'],
  ])
  tree.write('docs/api/lamp.md', 'old')
  tree.write('docs/api/gone.md', 'old')
  expect(differences(tree.root, fresh)).toEqual([
    'docs/api/lamp.md is not what the types say',
    'packages/lamp/api/lamp.api.md is not what the types say',
    'docs/api/gone.md belongs to no door',
  ])
  writeFiles(tree.root, fresh)
  expect(differences(tree.root, fresh)).toEqual([])
  expect(readdirSync(join(tree.root, 'docs/api'))).toEqual(['lamp.md'])
})

test('a report says nothing of what is documented', () => {
  const raw =
    '## API Report File for "@modkit/lamp"\n\n> Do not edit.\n\n```ts\n\n// @public (undocumented)\nexport interface Lamp {\n    // (undocumented)\n    on: boolean;\n}\n\n// (No @packageDocumentation comment for this package)\n\n```\n'
  expect(reportText({ name: '@modkit/lamp/spi' }, raw)).toBe(
    '# What `@modkit/lamp/spi` exports\n\nWritten by `npm run docs:api` with API Extractor.\n\n```ts\n// @public\nexport interface Lamp {\n    on: boolean;\n}\n```\n',
  )
})
