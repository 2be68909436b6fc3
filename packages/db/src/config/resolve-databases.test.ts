import { describe, expect, test } from '@jest/globals'
import { HostError } from '@modkit/core'
import { ConfigProblems } from './config-problems.js'
import { readModuleDatabase, readServer } from './connection-section.js'
import { type ConnectionFacts, mergeConnection } from './merge-connection.js'
import { resolveDatabases } from './resolve-databases.js'

interface Sections {
  readonly own: unknown
  readonly server?: unknown
}

function merge({ own, server }: Sections): ConnectionFacts | undefined {
  const problems = new ConfigProblems()
  const template = server === undefined ? undefined : readServer(server, 'database.servers.main', problems)
  const section = readModuleDatabase(own, 'modules.users.database', problems)
  const facts = section && mergeConnection({ module: 'users', own: section, server: template }, problems)
  problems.throwIfAny()
  return facts
}

describe('merging a module with its server', () => {
  const dsn = 'postgres://dsn-user:dsn-pass@dsn-host:1/dsn-db?a=dsn&b=dsn'

  test.each([
    ['a field of the module beats its DSN', { own: { dsn, host: 'field' } }, { host: 'field', user: 'dsn-user' }],
    [
      'a param of the module beats the query of its DSN',
      { own: { dsn, params: { a: 'param' } } },
      { params: { a: 'param', b: 'dsn' } },
    ],
    [
      'the DSN of the module beats a field of the server',
      { own: { dsn }, server: { host: 'server-host', dbname: 'server-db' } },
      { host: 'dsn-host', dbname: 'dsn-db' },
    ],
    [
      'the query of the module’s DSN beats a param of the server',
      { own: { dsn }, server: { params: { a: 'server', c: 'server' } } },
      { params: { a: 'dsn', b: 'dsn', c: 'server' } },
    ],
    [
      'a field of the server beats its DSN',
      { own: { dbname: 'mine' }, server: { dsn, port: 5 } },
      { port: 5, host: 'dsn-host', dbname: 'mine' },
    ],
    [
      'a param of the server beats the query of its DSN',
      { own: {}, server: { dsn, params: { b: 'param' } } },
      { params: { a: 'dsn', b: 'param' } },
    ],
    [
      'what the module leaves out comes from the server',
      { own: { user: 'me' }, server: { engine: 'mysql', host: 'h', port: 2, password: 'p', dbname: 'd' } },
      { engine: 'mysql', host: 'h', port: 2, user: 'me', password: 'p', dbname: 'd' },
    ],
    [
      'an address of the sixth version loses its brackets',
      { own: { dsn: 'postgres://me@[::1]:5/d' } },
      { host: '::1', port: 5 },
    ],
    [
      'the file of a module beats the DSN of its server',
      { own: { file: 'mine.db' }, server: { dsn: 'sqlite:///shared.db' } },
      { location: { from: 'file', text: 'mine.db' } },
    ],
  ])('%s', (_, sections, expected) => {
    expect(merge(sections)).toMatchObject(expected)
  })

  test('the pool counts as a whole', () => {
    const server = { engine: 'sqlite', pool: { max_conns: 7, acquire_timeout: '3s' } }
    expect(merge({ own: { file: 'a', pool: { max_conns: 2 } }, server })?.pool).toMatchObject({
      maxConns: 2,
      acquireTimeoutMs: undefined,
    })
    expect(merge({ own: { file: 'a' }, server })?.pool).toMatchObject({ maxConns: 7, acquireTimeoutMs: 3_000 })
  })
})

function problemsOf(database: unknown, shared?: unknown): readonly HostError[] {
  try {
    resolveDatabases({ database: shared, modules: new Map([['users', database]]), homeDir: '/home' })
  } catch (error) {
    return HostError.find(error, 'CONFIG_INVALID')?.details.problems ?? []
  }
  return []
}

describe('a database section', () => {
  const sqlite = { engine: 'sqlite', file: 'a.db' }

  test.each<[string, unknown, RegExp]>([
    ['that is empty', null, /^DB_CONFIG_INVALID: .*must be a map, not empty/],
    ['that is a text', 'sqlite', /^DB_CONFIG_INVALID: .*must be a map/],
    ['without an engine', { file: 'a.db' }, /^DB_CONFIG_INVALID: .*which engine/],
    ['with another engine', { engine: 'oracle' }, /^DB_CONFIG_INVALID: .*"engine" must be one of sqlite/],
    ['with an unknown key', { ...sqlite, fille: 1 }, /^DB_CONFIG_INVALID: .*no key "fille"/],
    ['with an unknown pool key', { ...sqlite, pool: { max: 1 } }, /^DB_CONFIG_INVALID: .*no key "max"/],
    ['with a bad duration', { ...sqlite, pool: { idle_timeout: '1 s' } }, /^DB_CONFIG_INVALID: .*not a duration/],
    [
      'with a bad port',
      { engine: 'mysql', dbname: 'd', port: '80x' },
      /^DB_CONFIG_INVALID: .*"port" must be an integer/,
    ],
    ['with an unknown scheme', { dsn: 'mssql://u:secret@h/d' }, /^DB_CONFIG_INVALID: .*scheme is not known/],
    ['with a broken DSN', { dsn: 'postgres://u:secret@:x/' }, /^DB_CONFIG_INVALID: .*not a URL/],
    ['without a place', { engine: 'sqlite' }, /^DB_CONFIG_INVALID: .*needs "file", "path" or "dsn"/],
    ['with a file outside', { engine: 'sqlite', file: '../b/a.db' }, /^DB_CONFIG_INVALID: .*leads out/],
    ['with an unknown parameter', { ...sqlite, params: { cache: '1' } }, /^DB_CONFIG_INVALID: .*not a parameter/],
    ['with a bad parameter', { ...sqlite, params: { WAL: 'yes' } }, /^DB_CONFIG_INVALID: .*"wal" must be true/],
    ['with a bad query', { dsn: 'sqlite:a.db?busy_timeout=-1' }, /^DB_CONFIG_INVALID: .*"busy_timeout" must be/],
    [
      'with an unknown parameter of MySQL',
      { dsn: 'mysql://h/d?charsett=utf8' },
      /^DB_CONFIG_INVALID: .*"charsett" is not a parameter of MySQL/,
    ],
    [
      'with a bad parameter of PostgreSQL',
      { dsn: 'postgres://h/d?sslmode=maybe' },
      /^DB_CONFIG_INVALID: .*"sslmode" must be one of disable, require, verify-ca, verify-full/,
    ],
    [
      'with a parameter of another driver',
      { dsn: 'postgres://h/d?statement_cache_capacity=1' },
      /^DB_CONFIG_INVALID: .*not a parameter of PostgreSQL/,
    ],
    [
      'with a certificate and TLS turned off',
      { dsn: 'postgres://h/d?sslrootcert=ca.pem' },
      /^DB_CONFIG_CONFLICT: .*its mode is "disable"/,
    ],
    [
      'with an authority that nobody asks',
      { dsn: 'postgres://h/d?sslmode=require&sslrootcert=ca.pem' },
      /^DB_CONFIG_CONFLICT: .*take "verify-ca"/,
    ],
    [
      'with half of a client certificate',
      { dsn: 'mysql://h/d', params: { 'ssl-mode': 'REQUIRED', 'ssl-cert': 'me.pem' } },
      /^DB_CONFIG_CONFLICT: .*belong together/,
    ],
    ['of a server without dbname', { engine: 'postgres' }, /^DB_CONFIG_INVALID: .*needs "dbname", or a "dsn"/],
    [
      'with engine and DSN at odds',
      { engine: 'mysql', dsn: 'sqlite:a' },
      /^DB_CONFIG_CONFLICT: .*says mysql.*says sqlite/,
    ],
    ['with an SQLite DSN and a host', { dsn: 'sqlite:a', host: 'h' }, /^DB_CONFIG_CONFLICT: .*no "host"/],
    ['with SQLite and a user', { ...sqlite, user: 'u' }, /^DB_CONFIG_CONFLICT: .*no "user"/],
    ['with file and path', { ...sqlite, path: 'b' }, /^DB_CONFIG_CONFLICT: .*both "file" and "path"/],
    ['with a server engine and a file', { dsn: 'mysql://h/d', file: 'a' }, /^DB_CONFIG_CONFLICT: .*has no "file"/],
    [
      'with crossed pool limits',
      { ...sqlite, pool: { max_conns: 1, min_conns: 2 } },
      /^DB_CONFIG_CONFLICT: .*min_conns/,
    ],
  ])('%s is an error', (_, section, expected) => {
    const problems = problemsOf(section)
    expect(problems.map((problem) => `${problem.code}: ${problem.message}`)).toContainEqual(
      expect.stringMatching(expected),
    )
    expect(JSON.stringify(problems)).not.toContain('secret')
  })

  test('that names an unknown server is told the nearest one', () => {
    const [problem] = problemsOf({ server: 'mian', file: 'a.db' }, { servers: { main: { engine: 'sqlite' } } })
    expect(problem).toMatchObject({ code: 'DB_CONFIG_INVALID', hint: 'Did you mean "main"?' })
  })

  test('is judged together with all others, the shared one included', () => {
    const shared = { serverz: {}, servers: { main: { engine: 'sqlite', file: 'x' } } }
    const modules = new Map<string, unknown>([
      ['a', { engine: 'x' }],
      ['b', { ...sqlite, host: 'h' }],
      ['c', sqlite],
    ])
    expect(() => resolveDatabases({ database: shared, modules, homeDir: '/home' })).toThrow(/4 problems/)
  })

  test('needs no shared section beside it', () => {
    const { plans } = resolveDatabases({ database: undefined, modules: new Map([['users', sqlite]]), homeDir: '/home' })
    expect([...plans.keys()]).toEqual(['users'])
  })
})
