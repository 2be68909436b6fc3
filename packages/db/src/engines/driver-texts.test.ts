import { expect, test } from '@jest/globals'
import { plainMysqlFault } from './mysql/mysql-faults.js'
import { postgresFault } from './postgres/postgres-faults.js'
import { runtimeOptions } from './postgres/postgres-params.js'

test.each([
  ['Key (email)=(ada@example.com) already exists.', ['email']],
  ['Key (team, email)=(blue, a, b) already exists.', ['team', 'email']],
  ['Key ("Team", "a ""quoted"" name")=(blue, 1) already exists.', ['Team', 'a "quoted" name']],
  ['', []],
])('PostgreSQL names the columns of a key in %j', (detail, columns) => {
  expect(postgresFault({ code: '23505', table: 'users', constraint: 'users_key', detail })).toEqual({
    kind: 'unique',
    table: 'users',
    constraint: 'users_key',
    columns,
  })
})

test.each([
  [
    { errno: 1062, sqlMessage: "Duplicate entry 'x' for key 'users.users_email'" },
    { kind: 'unique', table: 'users', constraint: 'users_email', columns: [] },
  ],
  [
    { errno: 1062, sqlMessage: "Duplicate entry 'it's for key 'a'' for key 'PRIMARY'" },
    { kind: 'unique', constraint: 'PRIMARY', columns: [] },
  ],
  [
    { errno: 3819, sqlMessage: "Check constraint 'users_age' is violated." },
    { kind: 'check', constraint: 'users_age' },
  ],
  [
    { errno: 1364, sqlMessage: "Field 'email' doesn't have a default value" },
    { kind: 'not-null', column: 'email' },
  ],
  [{ errno: 1213, sqlMessage: 'Deadlock found' }, { kind: 'serialization' }],
  [{ errno: 3024, sqlMessage: 'Query execution was interrupted' }, { kind: 'timeout' }],
  [{ code: 'ECONNREFUSED', message: '' }, { kind: 'unavailable' }],
  [{ errno: 1146, sqlMessage: "Table 'a.b' doesn't exist" }, undefined],
  [undefined, undefined],
])('MySQL’s %j is told from others', (error, fault) => {
  if (fault === undefined) expect(plainMysqlFault(error)).toBeUndefined()
  else expect(plainMysqlFault(error)).toMatchObject(fault)
})

test.each(['40001', '40P01', '55P03'])('PostgreSQL’s %s means that another transaction was in the way', (code) => {
  expect(postgresFault({ code })).toMatchObject({ kind: 'serialization' })
})

test.each([
  { code: '57P01' },
  { code: '08006' },
  { code: 'ECONNRESET' },
  new Error('Connection terminated unexpectedly'),
])('PostgreSQL’s %j means that it cannot be reached', (error) => {
  expect(postgresFault(error)).toMatchObject({ kind: 'unavailable' })
})

test('settings of a session are written so that none can become another', () => {
  expect(runtimeOptions({ search_path: 'a b', note: '\\ -c x=1' })).toBe('-c search_path=a\\ b -c note=\\\\\\ -c\\ x=1')
})
