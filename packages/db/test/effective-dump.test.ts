import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { createHost, Module } from '@modkit/core'
import { effectiveDump, formatDump, loadConfig, silentLogger } from '@modkit/core/spi'
import { ScratchHome } from './fixtures/scratch-home.js'

/** The configuration as a file, and the tree it gives. */
async function dumpOf(home: ScratchHome, lines: readonly string[], env: Record<string, string> = {}): Promise<string> {
  await writeFile(join(home.path, 'app.yaml'), lines.join('\n'))
  const config = loadConfig('app.yaml', { env: { HOME: '/home/ada', ...env }, cwd: home.path })
  return formatDump(await effectiveDump(config), 'yaml')
}

test('the dump shows what a connection is made of, and where each part of it stands', async () => {
  await using home = await ScratchHome.create()
  const dump = await dumpOf(
    home,
    [
      'database:',
      '  servers:',
      '    main:',
      "      dsn: 'postgres://shared:s3cret@db-1:6543/shared?sslmode=require&connect_timeout=3'",
      '      pool: { max_conns: 7 }',
      'modules:',
      '  users:',
      '    database:',
      '      server: main',
      '      user: users',
      '      password: ${USERS_PASSWORD}',
      '      dbname: users',
      '      params: { sslmode: verify-full }',
    ],
    { USERS_PASSWORD: 'hunter2' },
  )
  expect(dump).not.toMatch(/hunter2|s3cret/)
  expect(dump.slice(dump.indexOf('  users:'))).toBe(
    [
      '  users:',
      '    database:',
      '      engine: postgres # app.yaml:4:12',
      '      dsn: postgres://users:***REDACTED***@db-1:6543/users # merged from what follows',
      '      host: db-1 # app.yaml:4:12',
      '      port: 6543 # app.yaml:4:12',
      '      user: users # app.yaml:10:13',
      '      password: "***REDACTED***" # app.yaml:11:17',
      '      dbname: users # app.yaml:12:15',
      '      params:',
      '        sslmode: verify-full # app.yaml:13:26',
      '        connect_timeout: "3" # app.yaml:4:12',
      '      pool:',
      '        max_conns: 7 # app.yaml:5:26',
      '        min_conns: 0 # default',
      '        acquire_timeout: 30000ms # default',
      '',
    ].join('\n'),
  )
})

test('the dump shows where the file of an embedded database is, creates nothing, and leaves what is wrong as it is written', async () => {
  await using home = await ScratchHome.create()
  const dump = await dumpOf(home, [
    'server: { home_dir: ./data }',
    'modules:',
    '  users: { database: { engine: sqlite, file: users.db } }',
    '  orders: { database: { engine: oracle, password: hunter2 } }',
  ])
  expect(dump).toContain(`path: ${join(home.path, 'data/users/users.db')} # app.yaml:3:46`)
  expect(dump).toContain('engine: oracle # app.yaml:4:33')
  expect(dump).not.toContain('hunter2')
  expect(await readdir(home.path)).toEqual(['app.yaml'])
})

test('the dump of a program without databases is the plain one', async () => {
  const config = loadConfig(undefined, { env: {}, cwd: '/', userHome: '/' })
  expect(await effectiveDump(config)).toEqual(config.dump())
})

@Module({ name: 'users' })
class Users {}

test('what is wrong with a section is told with its file and line', async () => {
  await using home = await ScratchHome.create()
  const lines = [
    'database:',
    '  servers:',
    '    main: { engine: postgres, hots: db-1 }',
    'modules:',
    '  users:',
    '    database:',
    '      server: mian',
    '      pool: { max_conns: 0 }',
  ]
  const config = join(home.path, 'app.yaml')
  await writeFile(config, lines.join('\n'))
  await using host = createHost({ modules: [Users], config, logger: silentLogger })
  const error = (await host.start().catch((failure: unknown) => failure)) as Error
  expect(error).toMatchObject({ code: 'CONFIG_INVALID' })
  expect(error.message).toMatch(/database\.servers\.main.*no key "hots".*app\.yaml:3:\d+\)/)
  expect(error.message).toMatch(/modules\.users\.database.*"mian".*app\.yaml:7:15\)/)
  expect(error.message).toMatch(/modules\.users\.database\.pool.*"max_conns".*app\.yaml:8:26\)/)
})
