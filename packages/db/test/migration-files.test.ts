import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from '@jest/globals'
import { loadMigrations, migrationsFrom } from '../src/index.js'

const up = (): Promise<void> => Promise.resolve()

describe('migrations of imported modules', () => {
  test('are named by their files, whatever folder and extension', () => {
    const compiled = migrationsFrom({
      './dist/migrations/001-users.js': { up },
      './dist/migrations/002-teams.mjs': { up },
    })
    const sources = migrationsFrom({ '/src/002-teams.mts': { up }, '/src/001-users.ts': { up } })
    expect(compiled.map(({ name }) => name).sort()).toEqual(['001-users', '002-teams'])
    expect(sources.map(({ name }) => name).sort()).toEqual(['001-users', '002-teams'])
    expect(compiled[0]?.up).toBe(up)
  })

  test('may be default exports, and bring what else a migration has', () => {
    const [migration] = migrationsFrom({ 'a.ts': { default: { up, transactional: false, checksum: 'x' } } })
    expect(migration).toEqual({ name: 'a', up, transactional: false, checksum: 'x' })
  })

  test.each([
    [{ 'src/1.ts': { up }, 'dist/1.js': { up } }, /src\/1\.ts have the same name/],
    [{ '1.ts': {} }, /exports no function "up"/],
  ])('%j are refused', (modules, reason) => {
    expect(() => migrationsFrom(modules)).toThrow(expect.objectContaining({ code: 'MIGRATION_FILES_INVALID' }))
    expect(() => migrationsFrom(modules)).toThrow(reason)
  })
})

describe('migrations of a folder', () => {
  async function folderWith(...files: readonly string[]): Promise<AsyncDisposable & { readonly url: URL }> {
    const path = await mkdtemp(join(tmpdir(), 'modkit-migrations-'))
    for (const file of files) await writeFile(join(path, file), 'export const up = async () => undefined\n')
    return { url: pathToFileURL(path), [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
  }

  test('are all of its code, and nothing else', async () => {
    await using folder = await folderWith('2.mjs', '1.mjs', '1.mjs.map', '1.d.mts', 'notes.md')
    expect((await loadMigrations(folder.url)).map(({ name }) => name)).toEqual(['1', '2'])
  })

  test('are refused where an old compilation lies beside a source', async () => {
    await using folder = await folderWith('1.mjs', '1.ts')
    await expect(loadMigrations(folder.url)).rejects.toMatchObject({ code: 'MIGRATION_FILES_INVALID' })
  })
})
