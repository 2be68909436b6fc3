import { describe, expect, test } from '@jest/globals'
import { resolve } from 'node:path'
import { ConfigProblems } from '../../config/config-problems.js'
import type { ConnectionFacts, Location } from '../../config/merge-connection.js'
import { sqliteLocation } from './sqlite-location.js'

function locate(location: Location): ReturnType<typeof sqliteLocation> {
  const facts: ConnectionFacts = {
    module: 'users',
    section: 'modules.users.database',
    engine: 'sqlite',
    hasDsn: false,
    params: {},
    pool: {},
    sources: {},
    location,
  }
  return sqliteLocation(facts, { homeDir: '/home', autoProvision: true, problems: new ConfigProblems() })
}

describe('where an SQLite database lives', () => {
  test.each<[Location['from'], string, string]>([
    ['file', 'users.db', '/home/users/users.db'],
    ['file', 'deep/users.db', '/home/users/deep/users.db'],
    ['path', 'users.db', '/home/users/users.db'],
    ['path', '../shared.db', '/home/shared.db'],
    ['path', '/var/users.db', '/var/users.db'],
    ['dsn', 'users.db', resolve('users.db')],
    ['dsn', '/var/users.db', '/var/users.db'],
  ])('%s "%s" is %s', (from, text, path) => {
    expect(locate({ from, text })).toEqual({ kind: 'file', path })
  })

  test.each(['', ':memory:', 'memory:', 'file::memory:', 'file:memory:'])('"%s" is in memory', (text) => {
    expect(locate({ from: 'dsn', text })).toEqual({ kind: 'memory' })
  })
})
