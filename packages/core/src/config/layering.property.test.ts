import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { z } from 'zod'
import {
  asSegment,
  expandAll,
  folded,
  isTree,
  lay,
  nested,
  type Named,
  type Tree,
  type Value,
} from '../../test/properties/naive-layers.js'
import { LONG_FORM_MS, propertyRuns } from '../../test/properties/property-runs.js'
import { HostError } from '../errors/host-error.js'
import type { HostConfig } from './host-config.js'
import { loadConfig } from './load-config.js'

// loadConfig against a second implementation of the layers, which is naive on purpose. A failing case comes again as
// test/properties/property-runs.ts says.

let directory: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'modkit-layers-'))
  mkdirSync(join(directory, 'modules.d'))
})
afterAll(() => {
  rmSync(directory, { recursive: true, force: true })
})

const MODULES = ['users', 'api-gateway'] as const
/** Keys that stay apart when case, `-` and `_` do not count, each in a spelling of its own. */
const KEYS = ['alpha', 'beta-two', 'gammaThree', 'delta_four'] as const
const VARIABLES = { WHO: 'Ada ${PORT}', PORT: '8080', EMPTY: '', FLAG: 'true' } as const
const TEXTS = ['x', '', 'Hello ${WHO}', '${EMPTY}', '$${WHO}', '$$${PORT}', '${PORT}:${FLAG}', '$${${PORT}}', '$']

const text = fc.constantFrom(...TEXTS)
const leaf = fc.oneof(
  text,
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.array(fc.oneof(fc.integer(), text), { maxLength: 2 }),
)
const { tree } = fc.letrec<{ tree: Tree; value: Value }>((tie) => ({
  tree: fc.dictionary(fc.constantFrom(...KEYS), tie('value'), { maxKeys: 4, noNullPrototype: true }),
  value: fc.oneof({ maxDepth: 3, depthSize: 'small' }, leaf, tie('tree')),
}))

const level = fc.constantFrom('debug', 'WARN', 'none', null)
const sink = fc.record(
  { console_level: level, file_level: level, max_backups: fc.constantFrom(0, 5, null) },
  { requiredKeys: [] },
)
/** What a schema declares, in its own kinds. */
const typed = fc.record(
  { count: fc.integer(), flag: fc.boolean(), tags: fc.array(text, { maxLength: 2 }), label: text },
  { requiredKeys: [] },
)
const config = fc.tuple(tree, fc.option(typed)).map(([tree, typed]): Tree => (typed ? { ...tree, typed } : tree))

/** A whole layer, as a file or a program writes it. */
const layer = fc.record(
  {
    server: fc.record({ home_dir: fc.constantFrom('/data', '/srv/${PORT}', '~/x') }),
    logging: fc.dictionary(fc.constantFrom('default', 'my-sink'), sink, { noNullPrototype: true }),
    modules: fc.record(Object.fromEntries(MODULES.map((name) => [name, fc.record({ config })])), { requiredKeys: [] }),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Tree>

const modulesDir = fc.record(Object.fromEntries(MODULES.map((name) => [name, fc.record({ config })])), {
  requiredKeys: [],
}) as fc.Arbitrary<Tree>

/** Variables for places that no two of them share. */
const variables = fc.uniqueArray(
  fc
    .oneof(
      fc.record({
        path: fc
          .tuple(fc.constantFrom(...MODULES), fc.array(fc.constantFrom(...KEYS), { minLength: 1, maxLength: 3 }))
          .map(([module, keys]) => ['modules', module, 'config', ...keys]),
        value: fc.constantFrom('1', 'text', ...TEXTS),
      }),
      fc.record({
        path: fc
          .tuple(fc.constantFrom(...MODULES), fc.constantFrom('count', 'flag', 'tags', 'label'))
          .map(([module, key]) => ['modules', module, 'config', 'typed', key]),
        value: fc.constantFrom('7'),
      }),
      fc.record({
        path: fc.constantFrom(['logging', 'default', 'max_backups'], ['logging', 'my-sink', 'max_backups']),
        value: fc.constantFrom('4', '${PORT}'),
      }),
      fc.record({
        path: fc.constantFrom(['logging', 'default', 'console_level'], ['logging', 'my-sink', 'file_level']),
        value: fc.constantFrom('error', 'OFF'),
      }),
      fc.record({ path: fc.constant(['server', 'home_dir']), value: fc.constantFrom('/env', '/env/${PORT}') }),
    )
    .chain(({ path, value }) =>
      fc.array(fc.nat(3), { minLength: path.length, maxLength: path.length }).map((styles): Named => {
        const segments = path.map((key, index) => asSegment(key, styles[index] ?? 0))
        return { path, value: TYPED_TEXTS[path.at(-1) ?? ''] ?? value, variable: ['APP', ...segments].join('__') }
      }),
    ),
  {
    selector: ({ path }) =>
      folded({ [path.slice(0, 4).join(' ') + (path[3] === 'typed' ? ` ${path[4] ?? ''}` : '')]: 0 }),
    comparator: (a, b) => JSON.stringify(a) === JSON.stringify(b),
    maxLength: 5,
  },
)

/** How the environment writes what is no text. */
const TYPED_TEXTS: Readonly<Record<string, string>> = {
  count: '${PORT}',
  flag: 'TRUE',
  tags: '["a","${WHO}"]',
  label: '7',
}
/** What those stand for. */
const TYPED_VALUES: Readonly<Record<string, Value>> = {
  count: 8080,
  flag: true,
  tags: ['a', 'Ada ${PORT}'],
  label: '7',
}

const Schema = z.looseObject({
  typed: z
    .looseObject({
      count: z.number().optional(),
      flag: z.boolean().optional(),
      tags: z.array(z.string()).optional(),
      label: z.string().optional(),
    })
    .optional(),
})

interface Layers {
  readonly base: Tree
  readonly dir: Tree
  readonly env: readonly Named[]
  /** Whether the base is a file, below everything, or a tree of the program, above everything. */
  readonly isFile: boolean
}

const layers: fc.Arbitrary<Layers> = fc.record({ base: layer, dir: modulesDir, env: variables, isFile: fc.boolean() })

function load({ base, dir, env, isFile }: Layers): HostConfig {
  for (const name of MODULES) rmSync(join(directory, 'modules.d', `${name}.yaml`), { force: true })
  for (const [name, entry] of Object.entries(dir))
    writeFileSync(join(directory, 'modules.d', `${name}.yaml`), JSON.stringify(entry))
  const whole = { ...base, modules_dir: './modules.d' }
  if (isFile) writeFileSync(join(directory, 'app.yaml'), JSON.stringify(whole))
  const all = { ...VARIABLES, ...Object.fromEntries(env.map(({ variable, value }) => [variable, value])) }
  const declared = MODULES.map((name) => ({ name, config: undefined }))
  return loadConfig(isFile ? 'app.yaml' : whole, { env: all, cwd: directory, userHome: '/home/ada' }, declared)
}

/** The layers over one another, and then the variables in texts. */
function naive({ base, dir, env, isFile }: Layers): Tree {
  const named = env.reduce<Value>((so, { path, value }) => lay(so, nested(path, value)) ?? so, {})
  const files = lay(isFile ? base : {}, { modules: dir })
  const stacked = lay(lay(files, named), isFile ? {} : base) ?? {}
  return expandAll(stacked, VARIABLES) as Tree
}

function at(value: Value | undefined, ...path: readonly string[]): Value | undefined {
  return path.reduce<Value | undefined>((so, key) => (isTree(so) ? so[key] : undefined), value)
}

test(
  'defaults, files, environment and host options lie over one another as the plain rule of the layers says',
  () => {
    const check = (layers: Layers): void => {
      const loaded = load(layers)
      const wanted = naive(layers)
      expect(Object.fromEntries(MODULES.map((name) => [name, folded(loaded.settings(name).raw)]))).toEqual(
        Object.fromEntries(MODULES.map((name) => [name, folded(at(wanted, 'modules', name, 'config') ?? {})])),
      )
      expect(loaded.homeDir).toBe(homeDirOf(wanted))
      // A name that no other layer writes is guessed from the variable, and so compared as names of variables are.
      expect(folded(Object.fromEntries(loaded.logging))).toMatchObject(folded(loggingOf(wanted)) as object)
    }
    fc.assert(fc.property(layers, check), propertyRuns(300, 6_000))
  },
  LONG_FORM_MS,
)

function homeDirOf(wanted: Tree): string {
  const written = (at(wanted, 'server', 'home_dir') ?? '~/.modkit') as string
  return written.replace(/^~/, '/home/ada')
}

/** A text of the environment becomes a number where one is wanted, `null` the default, `none` is `off`. */
function loggingOf(wanted: Tree): Record<string, unknown> {
  const sections = (at(wanted, 'logging') ?? {}) as Tree
  const level = (value: Value | undefined): string => {
    const word = typeof value === 'string' ? value.toLowerCase() : 'info'
    return word === 'none' ? 'off' : word
  }
  return Object.fromEntries(
    ['default', ...Object.keys(sections)].map((name) => {
      const section = sections[name]
      const consoleLevel = level(at(section, 'console_level'))
      return [
        name,
        {
          consoleLevel,
          fileLevel: level(at(section, 'file_level')),
          maxBackups: Number(at(section, 'max_backups') ?? 3),
        },
      ]
    }),
  )
}

test(
  'the schema of a module decides what the texts of the environment stand for, and changes nothing else',
  () => {
    const check = (layers: Layers): void => {
      const loaded = load(layers)
      const isTyped = ({ path }: Named): boolean => path[3] === 'typed'
      // What a variable stands for, written down by hand in its place.
      const env = layers.env
        .filter(isTyped)
        .reduce<Value>((so, { path }) => lay(so, nested(path, TYPED_VALUES[path.at(-1) ?? ''] ?? null)) ?? so, {})
      const { base, dir, isFile } = layers
      const below = expandAll(lay(isFile ? base : {}, { modules: dir }) ?? {}, VARIABLES)
      const wanted = lay(lay(below, env), isFile ? {} : expandAll(base, VARIABLES)) ?? {}
      const read = MODULES.map((name) => loaded.settings(name).parse(Schema).typed)
      expect(read).toEqual(MODULES.map((name) => at(wanted, 'modules', name, 'config', 'typed')))
    }
    fc.assert(fc.property(layers, check), propertyRuns(300, 6_000))
  },
  LONG_FORM_MS,
)

/** Mistakes, each with the path under which it is reported. */
const MISTAKES: readonly { readonly path: readonly string[]; readonly value: Value }[] = [
  { path: ['loging'], value: {} },
  { path: ['server', 'home_dri'], value: '/x' },
  { path: ['server', 'home_dir'], value: 7 },
  { path: ['logging', 'default', 'console_level'], value: 'loud' },
  { path: ['logging', 'my-sink', 'max_backups'], value: -1 },
  { path: ['logging', 'my-sink', 'fiel'], value: 'x' },
  { path: ['modules', 'users', 'confg'], value: {} },
  { path: ['modules', 'users', 'enabled'], value: 'perhaps' },
  { path: ['modules', 'api-gateway', 'runtime', 'typ'], value: 'oop' },
  { path: ['modules', 'api-gateway', 'config', 'beta-two'], value: '${MISSING}' },
  { path: ['modules', 'users', 'config', 'alpha', '__proto__'], value: 1 },
  { path: ['modules', 'usres'], value: { config: {} } },
]

test(
  'every mistake is reported in one error with the path and the place where it is written, whatever else is configured',
  () => {
    const mistakes = fc.subarray([...MISTAKES], { minLength: 1 })
    const check = (layers: Layers, wrong: typeof MISTAKES): void => {
      const clean = {
        ...layers,
        env: layers.env.filter(({ path }) => path[0] === 'modules' && path[3] === 'typed'),
        base: withoutMistaken(layers.base),
      }
      const base = wrong.reduce<Tree>((so, { path, value }) => lay(so, nested(path, value)) as Tree, clean.base)
      // In a directory of modules, which a file lies below, there would be a right value in its place.
      const error = HostError.find(
        thrownBy(() => load({ ...clean, base, dir: {} })),
        'CONFIG_INVALID',
      )
      const found = error?.details.problems.map(({ details }) => details as { path: string; origin: string }) ?? []
      expect(found.map(({ path }) => path).sort()).toEqual(wrong.map(({ path }) => path.join('.')).sort())
      const place = layers.isFile ? /^app\.yaml:\d+:\d+$/ : /^host options$/
      expect(found.filter(({ origin }) => !place.test(origin))).toEqual([])
    }
    fc.assert(fc.property(layers, mistakes, check), propertyRuns(200, 4_000))
  },
  LONG_FORM_MS,
)

/** Right values must not stand in the places of wrong ones. */
function withoutMistaken(base: Tree): Tree {
  const { server: _server, ...rest } = base
  return { ...rest, modules: {} }
}

function thrownBy(work: () => unknown): unknown {
  try {
    work()
  } catch (error) {
    return error
  }
  return undefined
}
