import { describe, expect, test } from '@jest/globals'
import type { Migration } from '@modkit/core'
import { migrationChecksum, provesEdit } from './migration-checksum.js'

/** A migration whose `up` has exactly this source text, as if a compiler had written it. */
function written(source: string): Migration {
  const up = Object.assign(() => Promise.resolve(), { toString: () => source })
  return { name: '001', up }
}

const tsc = `async up(trx) {
    // the first table
    await trx.schema.createTable('users', (table) => {
        table.string('name', 40).notNullable();
    });
    await trx.raw("insert into users (name) values ('it\\'s')");
}`
const minified =
  "async e=>{await e.schema.createTable(`users`,t=>{t.string(\"name\",40).notNullable()}),await e.raw(`insert into users (name) values ('it\\'s')`)}"

describe('the checksum of a migration', () => {
  test('stays the same whoever compiled the migration', () => {
    expect(migrationChecksum(written(minified))).toBe(migrationChecksum(written(tsc)))
  })

  test.each([
    ['1000', '1e3'],
    ['1_000_000', '1e6'],
    ['0x10', '16'],
    ['0.5', '.5'],
    ['true', '!0'],
    ['false', '!1'],
    ['undefined', 'void 0'],
  ])('stays the same where tsx writes %s as %s', (meant, shortened) => {
    const withDefault = (value: string): string => `up(t){t.string("a").defaultTo(${value}).nullable()}`
    const [tscs, tsxs] = [meant, shortened].map((value) => migrationChecksum(written(withDefault(value))))
    expect(tsxs).toBe(tscs)
  })

  test.each([
    ['another table', tsc.replace('users', 'people')],
    ['another length', tsc.replace('40', '80')],
    ['another method', tsc.replace('notNullable', 'nullable')],
    ['one statement less', tsc.replace(/await trx\.raw.*/, '')],
    ['another order', tsc.replace("'users'", "'name'").replace("'name', 40", "'users', 40")],
  ])('changes with %s', (_, source) => {
    expect(provesEdit(migrationChecksum(written(tsc)), migrationChecksum(written(source)))).toBe(true)
  })

  test('is made of the explicit text alone where there is one', () => {
    const first = { ...written(tsc), checksum: '1' }
    expect(migrationChecksum({ ...written(minified + '.extra'), checksum: '1' })).toBe(migrationChecksum(first))
    expect(provesEdit(migrationChecksum(first), migrationChecksum({ ...first, checksum: '2' }))).toBe(true)
  })

  test('proves nothing where an explicit text takes the place of a derived one', () => {
    const derived = migrationChecksum(written(tsc))
    expect(provesEdit(derived, migrationChecksum({ ...written(tsc), checksum: '1' }))).toBe(false)
  })
})
