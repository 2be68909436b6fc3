import { describe, expect, test } from '@jest/globals'
import { command, Folder } from './support/modkit.js'

const LIMIT_MS = 60_000
const manifest = '{ "type": "module", "modkit": { "entry": "main.ts" } }'

async function checked(files: Readonly<Record<string, string>>): Promise<string> {
  await using app = await Folder.linked({ 'package.json': manifest, ...files })
  const { code, out } = await command(['check'], { cwd: app.path })
  expect(code).toBe(1)
  return out
}

describe('a problem leads', () => {
  test(
    'to every module of a circle',
    async () => {
      const module = (name: string, dep: string) =>
        `import { Module } from '@modkit/core'\n\n@Module({ name: '${name}', deps: ['${dep}'] })\nexport class ${name} {}\n`
      const out = await checked({
        'main.ts': `
import { createHost } from '@modkit/core'
import { hen } from './hen.ts'
import { egg } from './egg.ts'
await createHost({ modules: [hen, egg] }).run()
`,
        'hen.ts': module('hen', 'egg'),
        'egg.ts': module('egg', 'hen'),
      })
      expect(out).toMatch(
        /^DEPENDENCY_CYCLE {2}(hen|egg)\.ts:3:2\n.*\n {2}See also (hen|egg)\.ts:3:2\n {2}-> Remove one/,
      )
      expect(out).toContain('hen.ts:3:2')
      expect(out).toContain('egg.ts:3:2')
    },
    LIMIT_MS,
  )

  test(
    'to the class that lacks its decorator, by its name',
    async () => {
      const out = await checked({
        'main.ts': `
import { createHost } from '@modkit/core'
import { Plain } from './modules/plain.ts'
await createHost({ modules: [Plain] }).run()
`,
        'modules/plain.ts': '/** Not class Plain yet. */\n\nexport class Plain {}\n',
        'dist/plain.js': 'export class Plain {}\n',
      })
      expect(out).toMatch(/^MODULE_NOT_DECORATED {2}modules\/plain\.ts:3:8\n/)
    },
    LIMIT_MS,
  )

  test(
    'to both of two routes that are the same, and to the one that is wrong by itself',
    async () => {
      const module = (name: string, more: string) => `
@Module({ name: '${name}', capabilities: ['rest'] })
class ${name} {
  registerRest(_ctx: ModuleCtx, rest: RestApi): void {
    rest.get('/items').public()${more}.response(204).handle(() => undefined)
  }
}
`
      const out = await checked({
        'main.ts': `import { createHost, Module, type ModuleCtx, type RestApi } from '@modkit/core'
import { ApiGateway } from '@modkit/gateway'
import { z } from 'zod'
${module('first', '.params(z.object({ id: z.string() }))')}${module('second', '')}
await createHost({ modules: [ApiGateway, first, second] }).run()
`,
      })
      expect(out).toMatch(/^ROUTE_INVALID {2}main\.ts:8:10\n.*of module "first"/)
      expect(out).toMatch(/^ROUTE_CONFLICT {2}main\.ts:15:10\n.*\n {2}See also main\.ts:8:10\n/m)
    },
    LIMIT_MS,
  )
})

test(
  'what fails in a phase says what to do about its cause',
  async () => {
    await using app = await Folder.linked({
      'package.json': manifest,
      'main.ts': `
import { createHost, Module } from '@modkit/core'
@Module({ name: 'notes', capabilities: ['db'] })
class Notes {
  migrations() {
    return [{ name: '001-notes', up: (trx) => trx.schema.dropTable('nowhere') }]
  }
}
const config = { server: { home_dir: '.data' }, modules: { notes: { database: { engine: 'sqlite', file: 'a.db' } } } }
await createHost({ modules: [Notes], config }).run()
`,
    })
    const { code, err } = await command(['migrate'], { cwd: app.path })
    expect(code).toBe(1)
    expect(err).toMatch(/PHASE_FAILED[\s\S]*Caused by MIGRATION_FAILED: [\s\S]*-> Mend the migration/)
    expect(err).not.toContain('Read the cause below')
  },
  LIMIT_MS,
)
