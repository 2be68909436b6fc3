import { describe, expect, test } from '@jest/globals'
import { command, Folder } from './support/modkit.js'

const LIMIT_MS = 60_000

const CONFIG = 'server: { home_dir: data }\nmodules:\n  notes: { database: { engine: sqlite, file: notes.db } }\n'

const column = (name: string, type: string): string =>
  `{ name: '${name}', up: (trx) => trx.schema.createTable('${name}', (table) => { table.${type}('text') }) },`

/** A module with these migrations. */
const program = (...migrations: readonly string[]): string => `
import { createHost, Module } from '@modkit/core'
@Module({ name: 'notes', capabilities: ['db'] })
class Notes { migrations() { return [${migrations.join('\n')}] } }
await createHost({ modules: [Notes], config: 'config.yaml' }).run()
`

/** An application whose second migration has been edited, and whose third one taken away, after they had been applied. */
async function changedSince(policy = ''): Promise<Folder> {
  const app = await Folder.linked({
    'package.json': '{ "type": "module", "modkit": { "entry": "main.ts" } }',
    'config.yaml': `${CONFIG}${policy}`,
    'main.ts': program(column('a', 'string'), column('b', 'string'), column('c', 'string')),
  })
  expect(await command(['migrate'], { cwd: app.path })).toMatchObject({ code: 0 })
  await app.write('main.ts', program(column('a', 'string'), column('b', 'integer'), column('d', 'string')))
  return app
}

describe('the status of migrations', () => {
  test(
    'names one that was edited after it had been applied, and says what to do, as the run would',
    async () => {
      await using app = await changedSince()
      const { code, out } = await command(['migrate', '--status'], { cwd: app.path })
      expect(out).toBe(
        [
          'notes',
          '  applied  a',
          '  edited   b',
          '  pending  d',
          '  unknown  c',
          '1 migration to run.',
          '',
          'MIGRATION_EDITED  module "notes"',
          '  Migration "b" of module "notes" was changed after it had been applied.',
          '  -> Restore it, and write the change as a new migration; database.migrations.edited: warn lets it pass.',
          '',
        ].join('\n'),
      )
      expect(code).toBe(1)
      expect((await command(['migrate'], { cwd: app.path })).err).toContain('MIGRATION_EDITED')
    },
    LIMIT_MS,
  )

  test(
    'has the same for programs, and holds what the configuration lets pass for no problem',
    async () => {
      await using app = await changedSince('database: { migrations: { edited: warn, unknown: error } }\n')
      const { code, out } = await command(['migrate', '--status', '--json'], { cwd: app.path })
      expect(JSON.parse(out)).toEqual({
        modules: [
          {
            module: 'notes',
            configured: true,
            migrations: ['a', 'b', 'd'],
            pending: ['d'],
            edited: ['b'],
            unknown: ['c'],
          },
        ],
        pending: 1,
        problems: [
          expect.objectContaining({ code: 'MIGRATION_UNKNOWN', module: 'notes', hint: expect.stringMatching(/^Run /) }),
        ],
      })
      expect(code).toBe(1)
      await app.write('config.yaml', `${CONFIG}database: { migrations: { edited: warn } }\n`)
      expect(await command(['migrate', '--status'], { cwd: app.path })).toMatchObject({
        code: 0,
        out: expect.stringMatching(/edited {3}b[^]*unknown {2}c\n1 migration to run\.\n$/),
      })
    },
    LIMIT_MS,
  )
})
