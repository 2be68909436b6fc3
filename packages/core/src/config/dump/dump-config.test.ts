import { describe, expect, test } from '@jest/globals'
import { type ConfigDump, dumpTree } from './dump-config.js'
import { formatDump } from './format-dump.js'
import { loadConfig } from '../load-config.js'

const env = { API_TOKEN: 't', PLAIN: 'p', APP__MODULES__USERS__CONFIG__PORT: '80' }

function dump(config: object): ConfigDump {
  return loadConfig({ modules: { users: { config } } }, { env, cwd: '/', userHome: '/home/ada' }).dump()
}

test('shows every value and where it came from', () => {
  expect(formatDump(dump({ name: 'x', list: [1, { on: true }], none: null }), 'yaml')).toBe(
    [
      'server:',
      '  home_dir: /home/ada/.modkit # default',
      'logging:',
      '  default:',
      '    console_format: text # default',
      '    console_level: info # default',
      'modules:',
      '  users:',
      '    config:',
      '      port: "80" # environment variable APP__MODULES__USERS__CONFIG__PORT',
      '      name: x # host options',
      '      list:',
      '        - 1 # host options',
      '        - on: true # host options',
      '      none: null # host options',
      '',
    ].join('\n'),
  )
})

test('as JSON has an object in place of every value', () => {
  const json = JSON.parse(formatDump(dump({ list: ['x'] }), 'json')) as Record<string, unknown>
  expect(json).toMatchObject({ modules: { users: { config: { list: [{ value: 'x', origin: 'host options' }] } } } })
})

test('shows a configuration without modules', () => {
  const bare = loadConfig(undefined, { env: {}, cwd: '/', userHome: '/' }).dump()
  expect(Object.keys('map' in bare ? bare.map : {})).toEqual(['server', 'logging'])
})

test('keeps a scalar for a whole', () => {
  expect(dumpTree({ kind: 'leaf', value: 1, origin: 'here' })).toEqual({ value: 1, origin: 'here' })
})

describe('secrets', () => {
  test.each([
    ['under a secret key', { password: 'hunter2' }],
    ['below a secret key', { credentials: { list: ['hunter2'] } }],
    ['in a URL', { url: 'https://u:hunter2@h/x' }],
    ['in a URL with a stray slash in the password', { url: 'https://u:hunter2/x@h/x' }],
    ['in a DSN', { dsn: 'postgres://u:hunter2@h/x?sslmode=require' }],
    ['in the query of a DSN', { dsn: 'postgres://h/x?user=u&password=hunter2' }],
    ['in a DSN of another form', { dsn: 'host=h password=hunter2' }],
    ['in a DSN that is no URL but has a password', { dsn: 'mysql:u:hunter2@h' }],
  ])('are hidden %s', (_, config) => {
    const text = formatDump(dump(config), 'yaml')
    expect(text).not.toContain('hunter2')
    expect(text).toContain('***REDACTED***')
  })

  test('are hidden where the name of the variable says that it is one', () => {
    expect(formatDump(dump({ header: 'Bearer ${API_TOKEN}', plain: '${PLAIN}' }), 'json')).toMatch(
      /REDACTED[^]*"value": "p"/,
    )
  })

  test('do not take the rest of a DSN with them', () => {
    expect(formatDump(dump({ dsn: 'postgres://u:pw@h:1/x' }), 'yaml')).toContain('postgres://u:***REDACTED***@h:1/x')
    expect(formatDump(dump({ dsn: 'sqlite:data/x.db' }), 'yaml')).toContain('sqlite:data/x.db')
  })

  test('that are empty are shown as empty', () => {
    expect(formatDump(dump({ password: '', token: null }), 'yaml')).not.toContain('REDACTED')
  })
})

test('values that are not plain are named', () => {
  const text = formatDump(dump({ fn: function go() {}, map: new Map(), arrow: [() => 1], big: 1n }), 'yaml')
  expect(text).toContain('fn: "[function go]"')
  expect(text).toContain('map: "[object Map]"')
  expect(text).toContain('[function without a name]')
  expect(text).toContain('big: "1"')
})
