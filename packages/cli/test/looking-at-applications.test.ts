import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { cities, command, Folder, modkit, root } from './support/modkit.js'

const fixtures = join(root, 'packages/cli/test/fixtures')
const LIMIT_MS = 60_000

/** The example, with its data in another folder. */
const inside = (folder: Folder) => ({ cwd: cities, env: { APP__SERVER__HOME_DIR: folder.path } })

interface Told {
  readonly code: string
  readonly message: string
  readonly place?: { readonly file: string; readonly line: number; readonly column: number }
}

/** `CODE file:line` of each problem, the file without its folder. */
function places(problems: readonly Told[], folder: string): readonly string[] {
  return problems.map(({ code, place }) =>
    place ? `${code} ${place.file.replace(`${folder}/`, '')}:${place.line}` : code,
  )
}

describe('an application that is right', () => {
  test(
    'is checked, listed and drawn without being started',
    async () => {
      await using data = await Folder.create()
      const cityOptions = inside(data)
      const picture = join(data.path, 'modules.svg')
      const [checked, drawn, routes] = await Promise.all([
        modkit(['check', '--json'], cityOptions),
        modkit(['graph', '--format', 'svg', '--output', picture], cityOptions),
        modkit(['routes'], { cwd: join(cities, 'src/modules'), env: cityOptions.env }),
      ])
      expect(checked.code).toBe(0)
      expect(JSON.parse(checked.out)).toEqual({ problems: [], warnings: [], doubts: [], modules: 9, routes: 6 })
      expect(drawn).toMatchObject({ code: 0, out: `Wrote 9 modules to ${picture}.\n` })
      const svg = await readFile(picture, 'utf8')
      expect(svg).toContain('<svg')
      expect(svg).toContain('<title>city&#45;search&#45;&gt;nearest&#45;cities</title>')
      const lines = routes.out.split('\n')
      expect(lines[0]).toMatch(/^METHOD +PATH +WHO +MODULE +WHERE$/)
      expect(lines.find((line) => line.includes('/cities/v1/import'))).toMatch(
        /^GET +\/cities\/v1\/import +public +city-import +city-import\/city-import\.module\.ts:\d+:\d+$/,
      )
      // Neither a database nor a colour was made.
      expect(existsSync(join(data.path, 'cities.db'))).toBe(false)
      expect(routes.out).not.toContain('\u001b')
    },
    LIMIT_MS,
  )

  test(
    'shows its effective configuration, where each value comes from, and no secret',
    async () => {
      await using app = await Folder.linked({
        'package.json': '{ "type": "module", "modkit": { "entry": "main.ts" } }',
        'main.ts': `
import { createHost, Module } from '@modkit/core'
import { z } from 'zod'
const config = z.object({ limit: z.int().default(7), api_token: z.string(), zone: z.string() })
@Module({ name: 'users', config })
class Users {}
await createHost({ modules: [Users], config: 'config.yaml' }).run()
`,
        'config.yaml': 'modules:\n  users:\n    config:\n      api_token: hush\n',
      })
      const env = { APP__MODULES__USERS__CONFIG__ZONE: 'utc' }
      const { code, out } = await command(['config', '--only', 'modules.users'], { cwd: app.path, env })
      expect(code).toBe(0)
      expect(out).toBe(
        [
          'config:',
          '  api_token: "***REDACTED***" # config.yaml:4:18',
          '  zone: utc # environment variable APP__MODULES__USERS__CONFIG__ZONE',
          '  limit: 7 # default of the schema of "users"',
          '',
        ].join('\n'),
      )
      const wrong = await command(['config', '--only', 'modules.user', '--json'], { cwd: app.path, env })
      expect(wrong.code).toBe(2)
      expect(JSON.parse(wrong.out)).toMatchObject({ error: { code: 'CONFIG_PATH_UNKNOWN' } })
    },
    LIMIT_MS,
  )

  test(
    'is migrated alone; the status says what would run and creates nothing',
    async () => {
      await using data = await Folder.create()
      const before = await command(['migrate', '--status', '--json'], inside(data))
      expect(JSON.parse(before.out)).toEqual({
        pending: 2,
        problems: [],
        modules: [
          {
            module: 'city-store',
            configured: true,
            migrations: ['003-cities', '004-import-progress'],
            pending: ['003-cities', '004-import-progress'],
            edited: [],
            unknown: [],
          },
        ],
      })
      expect(existsSync(join(data.path, 'cities.db'))).toBe(false)
      const ran = await command(['migrate'], inside(data))
      expect(ran.code).toBe(0)
      expect(ran.out).toMatch(/^city-store: 2 applied in \d+ ms: 003-cities, 004-import-progress\n$/)
      const after = await command(['migrate', '--status'], inside(data))
      expect(after.out).toBe(
        'city-store\n  applied  003-cities\n  applied  004-import-progress\n0 migrations to run.\n',
      )
    },
    LIMIT_MS,
  )
})

describe('an application that is wrong', () => {
  test(
    'is told, as its start would warn, of modules with migrations and no database, and fails for it by --strict alone',
    async () => {
      await using app = await Folder.linked({
        'package.json': '{ "type": "module", "modkit": { "entry": "main.ts" } }',
        'main.ts': `
import { createHost, Module } from '@modkit/core'
@Module({ name: 'notes', capabilities: ['db'] })
class Notes { migrations() { return [] } }
@Module({ name: 'orders', capabilities: ['db'] })
class Orders { migrations() { return [] } }
await createHost({ modules: [Notes, Orders], config: 'config.yaml' }).run()
`,
        'config.yaml': 'modules:\n  orders: { database: { engine: sqlite, file: orders.db } }\n',
      })
      const [loose, strict] = await Promise.all([
        command(['check'], { cwd: app.path }),
        command(['check', '--strict', '--json'], { cwd: app.path }),
      ])
      expect(loose.out).toBe(
        [
          'The host starts all the same, and warns:',
          '',
          'DB_NOT_CONFIGURED  main.ts:3:2',
          '  Database is not configured for module "notes".',
          '  -> Write modules.notes.database, for example { engine: sqlite, file: notes.db }.',
          '',
          'No problems. 2 modules, 0 routes.',
          '',
        ].join('\n'),
      )
      const told = JSON.parse(strict.out) as { readonly problems: readonly Told[]; readonly warnings: readonly Told[] }
      expect(told.problems).toEqual([])
      expect(places(told.warnings, app.path)).toEqual(['DB_NOT_CONFIGURED main.ts:3'])
      expect([loose.code, strict.code]).toEqual([0, 1])
      expect(existsSync(join(app.path, 'orders.db'))).toBe(false)
    },
    LIMIT_MS,
  )

  test(
    'is told which modules there are where its configuration names another one, and where it does',
    async () => {
      await using app = await Folder.linked({
        'package.json': '{ "type": "module", "modkit": { "entry": "main.ts" } }',
        'main.ts': `
import { createHost, Module } from '@modkit/core'
@Module({ name: 'user-notes' })
class Notes {}
@Module({ name: 'audit' })
class Audit {}
await createHost({ modules: [Notes, Audit], config: 'config.yaml' }).run()
`,
        'config.yaml': 'modules:\n  user-note: { config: { size: 1 } }\n  zzz: { config: {} }\n',
      })
      const { code, out } = await command(['check'], { cwd: app.path })
      expect(code).toBe(1)
      const advice =
        'Correct the name, remove the section, or add the module to the host, which has "audit", "user-notes".'
      expect(out).toContain('CONFIG_VALUE_INVALID  config.yaml:2:')
      expect(out).toContain(`  -> Did you mean "user-notes"? ${advice}\n`)
      expect(out).toContain('CONFIG_VALUE_INVALID  config.yaml:3:')
      expect(out).toContain(`  -> ${advice}\n`)
    },
    LIMIT_MS,
  )

  test(
    'is told what keeps a module from being moved, and is drawn all the same',
    async () => {
      await using app = await Folder.linked({
        'package.json': '{ "type": "module", "modkit": { "entry": "main.ts" } }',
        'main.ts': `
import { clientKey, createHost, Module } from '@modkit/core'
@Module({ name: 'users', provides: [clientKey<object>('users')] })
class Users {}
await createHost({ modules: [Users], config: 'config.yaml' }).run()
`,
        'config.yaml': 'modules:\n  users: { runtime: { type: oop } }\n',
      })
      const { code, out } = await command(['check', '--json'], { cwd: app.path })
      expect(code).toBe(1)
      const { problems } = JSON.parse(out) as { problems: readonly (Told & { readonly message: string })[] }
      expect(problems.map((problem) => problem.code)).toEqual(['OOP_NOT_MOVABLE'])
      expect(problems[0]?.message).toContain('provides "users", whose key carries no proto service')
      expect(problems[0]?.message).toContain('no module with the capability "grpc_hub"')
      expect((await command(['graph'], { cwd: app.path })).out).toContain('users [own process]')
    },
    LIMIT_MS,
  )

  test(
    'is told all that is wrong with registry and configuration at once, with file and line',
    async () => {
      const cwd = join(fixtures, 'broken/modules')
      const { code, out, err } = await modkit(['check', '--json'], { cwd })
      expect(code).toBe(1)
      const { problems } = JSON.parse(out) as { problems: Told[] }
      expect(places(problems, cwd)).toEqual([
        'CONFIG_VALUE_INVALID config.yaml:1',
        'MODULE_CONFIG_INVALID config.yaml:6',
        'DEPENDENCY_UNKNOWN users.module.ts:3',
      ])
      // What the entry prints is not the result.
      expect(err).toBe('said by the entry\n')
    },
    LIMIT_MS,
  )

  test.each([
    ['bind_addr: nonsense', 'LISTEN_ADDRESS_INVALID config.yaml:4'],
    ['defaults:\n        rate_limit: { burst: 5 }', 'GATEWAY_CONFIG_INVALID config.yaml:5'],
  ])(
    'is told where a setting stands that only its module can judge: %s',
    async (settings, place) => {
      await using app = await Folder.linked({
        'package.json': '{ "type": "module", "modkit": { "entry": "main.ts" } }',
        'main.ts': `
import { createHost } from '@modkit/core'
import { ApiGateway } from '@modkit/gateway'
await createHost({ modules: [ApiGateway], config: 'config.yaml' }).run()
`,
        'config.yaml': `modules:\n  api-gateway:\n    config:\n      ${settings}\n`,
      })
      const { out } = await command(['check', '--json'], { cwd: app.path })
      expect(places((JSON.parse(out) as { problems: Told[] }).problems, app.path)).toEqual([place])
    },
    LIMIT_MS,
  )

  test(
    'is told what is wrong with its routes, also where its configuration is wrong; what needs a start is said to be unchecked',
    async () => {
      const cwd = join(fixtures, 'broken/routes')
      const ofRoutes = [
        'ROUTE_INVALID main.ts:31',
        'OPERATION_INCOMPLETE main.ts:13',
        'ROUTE_CONFLICT main.ts:21',
        'AUTHENTICATOR_MISSING main.ts:21',
      ]
      const [unconfigured, configured] = await Promise.all([
        modkit(['check', '--json'], { cwd }),
        command(['check', '--json', '--', 'good.yaml'], { cwd }),
      ])
      const first = JSON.parse(unconfigured.out) as { problems: Told[] }
      expect(places(first.problems, cwd)).toEqual(['MODULE_CONFIG_INVALID main.ts:5', ...ofRoutes])
      const second = JSON.parse(configured.out) as { problems: Told[]; doubts: Told[] }
      expect(places(second.problems, cwd)).toEqual(ofRoutes)
      const incomplete = second.problems.find((problem) => problem.code === 'OPERATION_INCOMPLETE')
      expect(incomplete?.message).toMatch(/ \(main\.ts:13:\d+\)\.$/)
      expect(places(second.doubts, cwd)).toEqual(['Error main.ts:44'])
      expect([unconfigured.code, configured.code]).toEqual([1, 1])
    },
    LIMIT_MS,
  )

  test.each([
    {
      what: 'an entry that throws',
      files: { 'main.ts': `import './other.ts'`, 'other.ts': `const a = 1\nthrow new Error('no luck')` },
      code: 'APP_ENTRY_FAILED',
      says: ['no luck', 'other.ts:2:7'],
    },
    {
      what: 'files that import each other in a circle',
      files: {
        'main.ts': `import './users.ts'`,
        'users.ts': `import { Audit } from './audit.ts'\nimport { Module } from '@modkit/core'\n@Module({ name: 'users', deps: [Audit] })\nexport class Users {}`,
        'audit.ts': `import { Users } from './users.ts'\nimport { Module } from '@modkit/core'\n@Module({ name: 'audit', deps: [Users] })\nexport class Audit {}`,
      },
      code: 'APP_ENTRY_FAILED',
      says: ['files import each other in a circle', 'audit.ts:3'],
    },
    {
      what: 'a file that is not there',
      files: { 'main.ts': `import './users.ts'`, 'users.ts': `\nimport { a } from './audt.js'\nconsole.log(a)` },
      code: 'APP_ENTRY_FAILED',
      says: ['audt.js', 'users.ts:2:22'],
    },
    {
      what: 'a module with a wrong name',
      files: {
        'main.ts': `import { Module } from '@modkit/core'\n\n@Module({ name: 'Users' })\nexport class Users {}`,
      },
      code: 'MODULE_NAME_INVALID',
      says: ['main.ts:3'],
    },
    {
      what: 'an entry without a host',
      files: { 'main.ts': `console.log('nothing')` },
      code: 'APP_HOST_MISSING',
      says: ['createHost({ … }).run()'],
    },
    {
      what: 'an entry that waits',
      files: { 'main.ts': `setInterval(() => undefined, 1000); await new Promise(() => undefined)` },
      code: 'APP_SILENT',
      says: ['--timeout'],
      args: ['--timeout', '6s'],
    },
  ])(
    '$what is one error that says where',
    async ({ files, code, says, args = [] }) => {
      const manifest = { 'package.json': '{ "type": "module", "modkit": { "entry": "main.ts" } }' }
      await using app = await Folder.linked({ ...manifest, ...files })
      const { err, code: exitCode, out } = await command(['check', ...args], { cwd: app.path })
      expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' })
      expect(err).toContain(code)
      for (const text of says) expect(err).toContain(text)
    },
    LIMIT_MS,
  )
})
