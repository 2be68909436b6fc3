import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { HostError } from '../errors/host-error.js'
import type { HostConfig } from './host-config.js'
import { loadConfig } from './load-config.js'

let cwd: string
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'modkit-config-'))
})
afterEach(() => {
  rmSync(cwd, { recursive: true, force: true })
})

function write(file: string, text: string): string {
  mkdirSync(join(cwd, file, '..'), { recursive: true })
  writeFileSync(join(cwd, file), text)
  return file
}

function load(source?: string | object, env: Record<string, string> = {}): HostConfig {
  return loadConfig(source, { env, cwd, userHome: '/home/ada' })
}

function problemsOf(run: () => unknown): readonly string[] {
  try {
    run()
  } catch (error) {
    return HostError.find(error, 'CONFIG_INVALID')?.details.problems.map(({ message }) => message) ?? [String(error)]
  }
  return []
}

describe('without any source', () => {
  test('the defaults hold', () => {
    const config = load()
    expect(config.homeDir).toBe('/home/ada/.modkit')
    expect(config.logging.get('default')).toMatchObject({
      consoleLevel: 'info',
      consoleFormat: 'text',
      file: undefined,
    })
    expect(config.database).toBeUndefined()
    expect(config.tracing).toBeUndefined()
    expect(config.moduleNames).toEqual([])
  })

  test('the environment is read all the same', () => {
    const config = load(undefined, {
      APP__SERVER__HOME_DIR: '/srv',
      APP__MODULES__API_GATEWAY__CONFIG__BIND_ADDR: ':1',
    })
    expect(config.homeDir).toBe('/srv')
    expect(config.settings('api-gateway').raw).toEqual({ bind_addr: ':1' })
  })

  test('a module that nobody configures is enabled, runs here and has empty settings', () => {
    const config = load()
    expect(config.entry('users')).toBeUndefined()
    expect(config.isEnabled('users')).toBe(true)
    expect(config.runtimeOf('users')).toEqual({ type: 'local' })
    expect(config.settings('users').raw).toEqual({})
  })

  test('a user without a home keeps the files in the current directory', () => {
    expect(loadConfig(undefined, { env: {}, cwd }).homeDir).toBe(join(cwd, '.modkit'))
    expect(loadConfig(undefined, { env: { HOME: '', USERPROFILE: '/u' }, cwd }).homeDir).toBe('/u/.modkit')
  })
})

describe('layers', () => {
  test('rank file, modules_dir, environment, host options', () => {
    write('modules/users.yaml', 'config: { b: dir, c: dir, d: dir }')
    const file = write(
      'app.yaml',
      'modules_dir: modules\nmodules: { users: { config: { a: file, b: file, c: file, d: file } } }',
    )
    const env = { APP__MODULES__USERS__CONFIG__C: 'env', APP__MODULES__USERS__CONFIG__D: 'env' }
    expect(load(file, env).settings('users').raw).toEqual({ a: 'file', b: 'dir', c: 'env', d: 'env' })
    const host = { modules_dir: 'modules', modules: { users: { config: { d: 'host' } } } }
    expect(load(host, env).settings('users').raw).toEqual({ b: 'dir', c: 'env', d: 'host' })
  })

  test('lists replace one another, and null takes the place of what lies below', () => {
    const file = write('app.yaml', 'modules_dir: m\nmodules: { users: { config: { list: [1, 2], map: { a: 1 } } } }')
    write('m/users.yml', 'config: { list: [3], map: null }')
    expect(load(file).settings('users').raw).toEqual({ list: [3], map: null })
  })

  test('the environment says where modules_dir is, with variables in it', () => {
    write('elsewhere/users.YAML', 'config: { a: 1 }')
    const config = load(undefined, { APP__MODULES_DIR: '${WHERE}', WHERE: join(cwd, 'elsewhere') })
    expect(config.settings('users').raw).toEqual({ a: 1 })
  })

  test('a modules_dir that does not exist counts as empty', () => {
    expect(load({ modules_dir: 'nowhere' }).moduleNames).toEqual([])
  })

  test('a key that a higher layer empties falls back to its default', () => {
    const config = load({ server: null, logging: null, modules: null })
    expect(config.homeDir).toBe('/home/ada/.modkit')
    expect(config.logging.get('default')?.consoleLevel).toBe('info')
    expect(config.moduleNames).toEqual([])
  })

  test('functions and instances of the host options arrive as they are, in the objects that the caller gave', () => {
    const handler = (): void => undefined
    const section = { handler, map: new Map(), at: new Date(), nested: { list: [handler] } }
    const raw = load({ modules: { users: { config: section } } }).settings('users').raw
    expect(raw).toBe(section)
  })

  test('an object that contains itself is handed on', () => {
    const section: Record<string, unknown> = { name: 'x' }
    section['self'] = section
    expect(load({ modules: { users: { config: section } } }).settings('users').raw['self']).toBe(section)
  })

  test('a property that is undefined does not hide what lies below', () => {
    const env = { APP__MODULES__USERS__CONFIG__A: 'env' }
    expect(load({ modules: { users: { config: { a: undefined } } } }, env).settings('users').raw).toEqual({ a: 'env' })
  })
})

describe('names of environment variables', () => {
  test('mean the keys of other layers, ignoring case, hyphens and underscores', () => {
    const tree = { modules: { 'api-gateway': { config: { bindAddr: 'host' } } } }
    const raw = load(tree, {
      APP__Modules__API_GATEWAY__config__BIND_ADDR: 'env',
      APP__MODULES__APIGATEWAY__CONFIG__X_Y: 'z',
    })
    expect(raw.settings('api-gateway').raw).toEqual({ bindAddr: 'host', x_y: 'z' })
  })

  test('mean the keys that the core knows', () => {
    const config = load(undefined, {
      APP__LOGGING__API_GATEWAY__FILELEVEL: 'DEBUG',
      APP__MODULES__CALC__RUNTIME__TYPE: 'OoP',
      APP__MODULES__CALC__RUNTIME__EXECUTION__EXECUTABLE_PATH: '~/calc',
      APP__MODULES__CALC__RUNTIME__EXECUTION__ARGS: '["-v"]',
      APP__MODULES__CALC__RUNTIME__EXECUTION__ENVIRONMENT: '{"A": "1"}',
      APP__MODULES__CALC__ENABLED: 'False',
    })
    expect(config.logging.get('api-gateway')?.fileLevel).toBe('debug')
    expect(config.isEnabled('calc')).toBe(false)
    expect(config.runtimeOf('calc')).toEqual({
      ...movedOnce,
      execution: { executablePath: '/home/ada/calc', args: ['-v'], environment: { A: '1' } },
    })
  })

  test('two that mean the same value, or have an empty part, are problems', () => {
    const env = { APP__A_B: '1', APP__AB: '2', APP__SERVER: 'x', APP__SERVER__HOME_DIR: 'y', APP____X: 'z' }
    const problems = problemsOf(() => load({}, env))
    expect(problems).toContainEqual(expect.stringMatching(/two variables for the same value.*APP__A_B/))
    expect(problems).toContainEqual(expect.stringMatching(/two variables for the same value.*APP__SERVER/))
    expect(problems).toContainEqual(expect.stringMatching(/empty part .*APP____X/))
  })

  test('a longer name after a whole value, and a whole value after a longer name, clash alike', () => {
    expect(problemsOf(() => load({}, { APP__TRACING__A: '1', APP__TRACING__A_: '2' }))).toHaveLength(1)
    expect(problemsOf(() => load({}, { APP__TRACING__A: '1', APP__TRACING__A__B: '2' }))).toHaveLength(1)
    expect(problemsOf(() => load({}, { APP__TRACING__A__B: '1', APP__TRACING__a: '2' }))).toHaveLength(1)
  })
})

describe('problems', () => {
  test('a file that is not there has a code of its own', () => {
    expect(() => load('nowhere.yaml')).toThrow(
      expect.objectContaining({ code: 'CONFIG_FILE_NOT_FOUND', details: { file: join(cwd, 'nowhere.yaml') } }),
    )
  })

  test('a path that is no file is told with its reason', () => {
    mkdirSync(join(cwd, 'dir'))
    expect(problemsOf(() => load('dir'))).toEqual([expect.stringMatching(/cannot be read: EISDIR.*\(dir\)/)])
    write('file', '')
    expect(problemsOf(() => load({ modules_dir: 'file' }))).toEqual([
      expect.stringMatching(/"modules_dir" cannot be read/),
    ])
  })

  test('all are reported at once, each with its place', () => {
    const file = write(
      'app.yaml',
      [
        'sever: {}',
        'server: { home: x }',
        'modules:',
        '  users:',
        '    confg: {}',
        '    enabled: perhaps',
        '    runtime: { kind: oop }',
      ].join('\n'),
    )
    const problems = problemsOf(() =>
      load(file, { APP__LOGGING__DEFAULT__CONSOLE_LEVEL: 'loud', APP__MODULES__USERS__RUNTIME__TYPE: 'x' }),
    )
    expect(problems).toEqual([
      expect.stringMatching(/^"sever" is not a known key; known are server, .*\(app.yaml:1:1\)/),
      expect.stringMatching(/^"server.home" is not a known key.*app.yaml:2:17/),
      expect.stringMatching(/^"logging.default.console_level" must be one of .*APP__LOGGING__DEFAULT__CONSOLE_LEVEL/),
      expect.stringMatching(/^"modules.users.confg" is not a known key.*app.yaml:5:5/),
      expect.stringMatching(/^"modules.users.enabled" must be true or false.*app.yaml:6:14/),
      expect.stringMatching(/^"modules.users.runtime.kind" is not a known key.*app.yaml:7:22/),
      expect.stringMatching(
        /^"modules.users.runtime.type" must be one of local, oop.*APP__MODULES__USERS__RUNTIME__TYPE/,
      ),
    ])
  })

  test('an unknown key names the nearest known one', () => {
    const error = (() => {
      try {
        return load({ databse: {} })
      } catch (thrown) {
        return thrown
      }
    })()
    expect(HostError.find(error, 'CONFIG_VALUE_INVALID')).toMatchObject({
      hint: 'Did you mean "database"?',
      details: { path: 'databse', origin: 'host options' },
    })
  })

  test.each([
    ['a list for the whole', '- a', /^The configuration must be a map \(app.yaml:1:1\)/],
    ['a level that is a scalar', 'logging: { level: info }', /^"logging.level" must be a map/],
    ['a text where a map belongs', 'server: yes', /^"server" must be a map/],
    ['a map where a text belongs', 'server: { home_dir: {} }', /^"server.home_dir" must be a text \(/],
    [
      'a number where a text belongs',
      'server: { home_dir: 1 }',
      /^"server.home_dir" must be a text; write it in quotes/,
    ],
    ['an empty path', 'server: { home_dir: "" }', /^"server.home_dir" must not be empty/],
    ['a fraction', 'logging: { default: { max_backups: 1.5 } }', /must be an integer, 0 or more/],
    ['a negative number', 'logging: { default: { max_backups: -1 } }', /must be an integer, 0 or more/],
    ['a level that is a number', 'logging: { default: { file_level: 3 } }', /must be one of trace/],
    [
      'an execution without a program',
      'modules: { a: { runtime: { execution: {} } } }',
      /executable_path" is required/,
    ],
    [
      'a list that is a text',
      'modules: { a: { runtime: { execution: { executable_path: x, args: y } } } }',
      /must be a list/,
    ],
  ])('%s is told', (_, yaml, message) => {
    const file = write('app.yaml', yaml)
    expect(problemsOf(() => load(file))).toEqual([expect.stringMatching(message)])
  })

  test('an entry, or a config, that is not a map is a structure error of its module', () => {
    const error = problemsOf(() => load({ modules: { users: 'x', orders: { config: [] } } }))
    expect(error).toEqual([
      'The configuration of module "users" must be an object (host options).',
      'The configuration of module "orders" must be an object (host options).',
    ])
  })

  test('a home directory is needed for "~" alone', () => {
    const inContainer = { env: {}, cwd }
    expect(problemsOf(() => loadConfig({ server: { home_dir: '~/x' } }, inContainer))).toEqual([
      '"server.home_dir" starts with "~", and no home directory is known (host options).',
    ])
  })

  test('keys that reach a prototype are refused in every layer', () => {
    const tree = JSON.parse('{ "modules": { "users": { "config": { "__proto__": { "admin": true } } } } }') as object
    expect(problemsOf(() => load(tree))).toEqual([
      expect.stringMatching(/"modules.users.config.__proto__" is a key that is not allowed/),
    ])
    const file = write('app.yaml', 'modules: { users: { config: { constructor: 1 } } }')
    expect(problemsOf(() => load(file, { APP__MODULES__USERS__CONFIG__PROTOTYPE: 'x' }))).toHaveLength(2)
    expect(({} as Record<string, unknown>)['admin']).toBeUndefined()
  })

  test('two files of modules_dir for one module are told', () => {
    write('m/users.yml', '')
    write('m/users.yaml', '')
    mkdirSync(join(cwd, 'm/more.yaml'))
    expect(problemsOf(() => load({ modules_dir: 'm' }))).toEqual([
      expect.stringMatching(/"modules.users" has two files in modules_dir \(m.users.yml\)/),
    ])
  })

  test('a broken file of modules_dir is told with its own name and lines', () => {
    write('m/users.yaml', 'config:\n  a: [1\n')
    expect(problemsOf(() => load({ modules_dir: 'm' }))).toContainEqual(
      expect.stringMatching(/"modules.users" is not legal YAML: .*m.users.yaml:3:1/),
    )
  })
})

test('what is wrong with the sections of declared modules is reported together with everything else', () => {
  const declared = [{ name: 'users', config: z.strictObject({ size: z.number() }) }]
  const tree = { loging: {}, modules: { users: { config: { size: 'big', sice: 1 } }, usres: {} } }
  const problems = problemsOf(() => loadConfig(tree, { env: {}, cwd }, declared))
  expect(problems).toEqual([
    expect.stringMatching(/^"loging" is not a known key/),
    expect.stringMatching(/^The configuration of module "users" .*size.*sice/),
    expect.stringMatching(/^"modules.usres" is not the name of a module/),
  ])
})

/** What holds where nothing but the type is said. */
const movedOnce = {
  type: 'oop',
  instances: 1,
  restart: { condition: 'on_failure', maxRestarts: 5, windowMs: 60_000, backoffMs: 500, maxBackoffMs: 30_000 },
}

describe('moved modules', () => {
  test('may name an executable that is looked up in PATH', () => {
    const execution = { executable_path: 'node' }
    const config = load({ modules: { calc: { runtime: { type: 'oop', execution } } } })
    expect(config.runtimeOf('calc')).toMatchObject({ execution: { executablePath: 'node' } })
  })

  test('have absolute paths, and everything else as written', () => {
    const execution = {
      executable_path: 'bin/calc',
      args: ['~', '$${X}'],
      working_directory: 'work',
      environment: { A: 'b' },
    }
    const config = load({ modules: { calc: { runtime: { type: 'oop', backend: 'k8s', execution } } } })
    expect(config.runtimeOf('calc')).toEqual({
      ...movedOnce,
      backend: 'k8s',
      execution: {
        executablePath: join(cwd, 'bin/calc'),
        args: ['~', '${X}'],
        workingDirectory: join(cwd, 'work'),
        environment: { A: 'b' },
      },
    })
  })

  test('need no program of their own', () => {
    expect(load({ modules: { calc: { runtime: { type: 'oop' } } } }).runtimeOf('calc')).toEqual(movedOnce)
  })

  test('say how many processes run them, and what happens when one ends', () => {
    const file = write(
      'app.yaml',
      `modules: { calc: { runtime: { type: oop, instances: 3,
        restart: { policy: always, max_restarts: 9, window: 2m, backoff: 10ms, max_backoff: 1s } } } }`,
    )
    expect(load(file).runtimeOf('calc')).toEqual({
      type: 'oop',
      instances: 3,
      restart: { condition: 'always', maxRestarts: 9, windowMs: 120_000, backoffMs: 10, maxBackoffMs: 1_000 },
    })
  })

  test('may say the policy alone, also in the environment', () => {
    const env = { APP__MODULES__CALC__RUNTIME__RESTART: 'Never', APP__MODULES__CALC__RUNTIME__INSTANCES: '2' }
    const config = load({ modules: { plan: { runtime: { type: 'oop', restart: 'always' } } } }, env)
    expect(config.runtimeOf('plan')).toMatchObject({ restart: { condition: 'always', maxRestarts: 5 } })
    const calc = load(undefined, { ...env, APP__MODULES__CALC__RUNTIME__TYPE: 'oop' }).runtimeOf('calc')
    expect(calc).toMatchObject({ instances: 2, restart: { condition: 'never' } })
  })

  describe('of which one layer says the policy alone', () => {
    const variable = (key: string): string => ['APP__MODULES__CALC__RUNTIME__RESTART', key].filter(Boolean).join('__')
    const restartOf = (written: string, env: Record<string, string>): unknown => {
      const file = write('app.yaml', `modules: { calc: { runtime: { type: oop, restart: ${written} } } }`)
      const runtime = load(file, env).runtimeOf('calc')
      return runtime.type === 'oop' ? runtime.restart : runtime
    }
    const map = '{ policy: always, max_restarts: 30, window: 5m }'
    const whole = { condition: 'always', maxRestarts: 30, windowMs: 300_000 }

    test('keep it under a variable for another key, also where it is a variable', () => {
      const env = { [variable('MAX_RESTARTS')]: '30', [variable('WINDOW')]: '5m', POLICY: 'always' }
      expect(restartOf('always', env)).toMatchObject(whole)
      expect(restartOf('"${POLICY}"', env)).toMatchObject(whole)
    })

    test('keep the other keys where a variable says it', () => {
      expect(restartOf(map, { [variable('')]: 'never' })).toMatchObject({ ...whole, condition: 'never' })
    })

    test('keep it in a file of modules_dir, in the options and from a provider', () => {
      const file = write(
        'app.yaml',
        `modules_dir: ./mods\nmodules: { calc: { runtime: { type: oop, restart: ${map} } } }`,
      )
      write('mods/calc.yaml', 'runtime: { restart: never }')
      expect(load(file).runtimeOf('calc')).toMatchObject({ restart: { ...whole, condition: 'never' } })
      const env = { [variable('MAX_RESTARTS')]: '30', [variable('WINDOW')]: '5m' }
      const entry = { runtime: { type: 'oop', restart: 'always' } }
      expect(load({ modules: { calc: entry } }, env).runtimeOf('calc')).toMatchObject({ restart: whole })
      const provider = { moduleConfig: () => entry }
      expect(load(provider, env).runtimeOf('calc')).toMatchObject({ restart: whole })
    })

    test('are set to nothing by null, and to all that JSON says by JSON', () => {
      const options = { modules: { calc: { runtime: { type: 'oop', restart: null } } } }
      expect(load(options, { [variable('')]: 'never' }).runtimeOf('calc')).toEqual(movedOnce)
      const env = { [variable('')]: '{"window":"2m"}', ALL: '{"policy":"never","max_restarts":1}' }
      expect(restartOf(map, env)).toMatchObject({ condition: 'on_failure', maxRestarts: 5, windowMs: 120_000 })
      expect(restartOf('"${ALL}"', { ALL: env.ALL })).toMatchObject({ condition: 'never', maxRestarts: 1 })
      const runtime = { APP__MODULES__CALC__RUNTIME: '{"type":"oop","restart":"always"}' }
      expect(load(undefined, runtime).runtimeOf('calc')).toMatchObject({ restart: { condition: 'always' } })
    })
  })

  test('never wait longer for a restart than the longest wait that they set, or shorter than the shortest', () => {
    const waits = (restart: object): unknown =>
      load({ modules: { m: { runtime: { type: 'oop', restart } } } }).runtimeOf('m')
    expect(waits({ max_backoff: '100ms' })).toMatchObject({ restart: { backoffMs: 100, maxBackoffMs: 100 } })
    expect(waits({ backoff: '1m' })).toMatchObject({ restart: { backoffMs: 60_000, maxBackoffMs: 60_000 } })
  })

  test.each([
    ['instances: 0', /^"modules.m.runtime.instances" must be an integer, 1 or more.*app.yaml:3:38/],
    ['instances: two', /must be an integer, 1 or more/],
    [
      'restart: sometimes',
      /^"modules.m.runtime.restart.policy" must be one of never, on_failure, always.*app.yaml:3:36/,
    ],
    ['restart: [always]', /^"modules.m.runtime.restart" must be a map/],
    ['restart: { polcy: always }', /^"modules.m.runtime.restart.polcy" is not a known key.*policy/],
    ['restart: { window: 1 day }', /^"modules.m.runtime.restart.window" must be a duration.*app.yaml:3:46/],
    ['restart: { max_restarts: -1 }', /must be an integer, 0 or more/],
    [
      'restart: { backoff: 2s, max_backoff: 1s }',
      /^"modules.m.runtime.restart.max_backoff" must not be less than modules.m.runtime.restart.backoff.*app.yaml:3:64/,
    ],
  ])('are refused with %s', (written, message) => {
    const file = write('app.yaml', `modules:\n  m:\n    runtime: { type: oop, ${written} }\n`)
    expect(problemsOf(() => load(file))).toEqual([expect.stringMatching(message)])
  })
})

test('texts of the database section are read as the kinds that it knows, and the rest is left to its package', () => {
  const env = { APP__DATABASE__AUTO_PROVISION: 'true', APP__MODULES__USERS__DATABASE__PORT: '5432', P: '7' }
  const config = load({ database: { servers: { main: { port: '${P}', odd: 1 } } } }, env)
  expect(config.database).toEqual({ auto_provision: true, servers: { main: { port: 7, odd: 1 } } })
  expect(config.entry('users')).toEqual({ database: { port: 5432 } })
})

test('ten thousand modules without configuration cost next to nothing', () => {
  const config = load({ modules: { one: { config: {} } } })
  const names = Array.from({ length: 10_000 }, (_, index) => `module-${String(index)}`)
  config.check([{ name: 'one', config: undefined }, ...names.map((name) => ({ name, config: undefined }))])
  expect(names.every((name) => config.isEnabled(name) && Object.keys(config.settings(name).raw).length === 0)).toBe(
    true,
  )
})

describe('what follows from another mistake is not told', () => {
  const users = [{ name: 'users', config: z.strictObject({ token: z.string().min(20), size: z.number() }) }]
  const loadUsers = (source: string | object): HostConfig => loadConfig(source, { env: {}, cwd }, users)

  test('of a value that asks for a variable which is not set, while the rest of its section is', () => {
    const tree = { modules: { users: { config: { token: '${TOKEN}', size: 'big' } } } }
    expect(problemsOf(() => loadUsers(tree))).toEqual([
      '"modules.users.config.token" asks for the environment variable TOKEN, which is not set (host options).',
      expect.stringMatching(/^The configuration of module "users" does not fit its schema: size: [^;]*$/),
    ])
  })

  test('of a variable that is not set, where all else fits', () => {
    const error = (() => {
      try {
        return loadUsers({ modules: { users: { config: { token: '${TOKEN}', size: 1 } } } })
      } catch (thrown) {
        return thrown
      }
    })()
    expect(HostError.find(error, 'CONFIG_INVALID')?.details.problems).toEqual([
      expect.objectContaining({ hint: 'Set TOKEN, or write "$${" for the characters themselves.' }),
    ])
  })

  test('of a file that is not legal YAML', () => {
    const file = write('app.yaml', 'modules:\n\tusers: {}\n')
    expect(problemsOf(() => loadUsers(file))).toEqual([expect.stringMatching(/is not legal YAML: .*app.yaml:2:1/)])
    write('app.yaml', '')
    expect(problemsOf(() => loadUsers(file))).toEqual([expect.stringMatching(/"users" does not fit its schema: token/)])
  })
})

describe('keys that a schema of zod does not know', () => {
  const Limits = z.strictObject({ max_cents: z.int().default(1) })
  const declared = [
    { name: 'users', config: z.strictObject({ limits: Limits.optional(), tags: z.array(Limits).default([]) }) },
  ]

  test('are told each with its place and the nearest known one', () => {
    const file = write(
      'app.yaml',
      ['modules:', '  users:', '    config:', '      limits:', '        max_cent: 2', '      tgas: []'].join('\n'),
    )
    expect(problemsOf(() => loadConfig(file, { env: {}, cwd }, declared))).toEqual([
      'The configuration of module "users" does not fit its schema: ' +
        'limits.max_cent: is not a known key; known are max_cents. Did you mean "max_cents"? (app.yaml:5:19); ' +
        'tgas: is not a known key; known are limits, tags. Did you mean "tags"? (app.yaml:6:7)',
    ])
  })

  test('are told without them where the schema cannot be asked', () => {
    const tree = { modules: { users: { config: { tags: [{ max: 1 }] } } } }
    expect(problemsOf(() => loadConfig(tree, { env: {}, cwd }, declared))).toEqual([
      expect.stringMatching(/: tags\.0\.max: is not a known key \(host options\)$/),
    ])
  })
})
