import { describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import type { HostConfig } from '../host-config.js'
import { loadConfig } from '../load-config.js'
import { loadRenderedConfig } from '../rendered-config.js'

const env = { MAIN: 'm-secret', OTHER: 'o-secret', TOKEN: 't-secret', SHARED: 's', HOME: '/home/ada', LEVEL: 'warn' }
const surroundings = { cwd: '/srv', env }

function load(extra: object = {}): HostConfig {
  return loadConfig(
    {
      database: {
        auto_provision: true,
        servers: { main: { dsn: 'postgres://u:${MAIN}@h/db' }, other: { password: '${OTHER}' } },
      },
      logging: { default: { console_level: '${LEVEL}' } },
      tracing: { enabled: false },
      modules: {
        users: {
          config: { port: '${SHARED}', literal: '$${X}' },
          database: { server: 'main' },
          runtime: { type: 'oop' },
        },
        orders: { config: { token: '${TOKEN}', shared: '${SHARED}', home: '${HOME}' } },
      },
      ...extra,
    },
    surroundings,
  )
}

describe('what a moved module is told', () => {
  test('is its own config, the database sections as written and what all share', () => {
    expect(JSON.parse(load().renderFor('users'))).toEqual({
      database: {
        global: { auto_provision: true, servers: { main: { dsn: 'postgres://u:${MAIN}@h/db' } } },
        module: { server: 'main' },
      },
      config: { port: 's', literal: '${X}' },
      logging: { default: { console_format: 'text', console_level: 'warn' } },
      tracing: { enabled: false },
    })
  })

  test('is little for a module that is not configured', () => {
    const config = loadConfig({ server: { home_dir: 'data' } }, surroundings)
    expect(JSON.parse(config.renderFor('users'))).toEqual({
      server: { home_dir: '/srv/data' },
      config: {},
      logging: { default: { console_format: 'text', console_level: 'info' } },
    })
  })

  test('holds no value that JSON cannot say', () => {
    const config = { fn: () => 1, big: 1n, nan: NaN, map: new Map(), at: new Date(0), list: [true, null] }
    expect(() => load({ modules: { users: { config } } }).renderFor('users')).toThrow(/has 4 problems/)
  })

  test('reads back in the child as the same configuration', () => {
    const rendered = load({ server: { home_dir: '/srv' } }).renderFor('users')
    const { config: child, services } = loadRenderedConfig(rendered, { module: 'users' }, surroundings)
    expect(services).toBe('any')
    expect(child.homeDir).toBe('/srv')
    expect(child.logging).toEqual(load().logging)
    expect(child.tracing).toEqual({ enabled: false })
    expect(child.database).toEqual({ auto_provision: true, servers: { main: { dsn: 'postgres://u:m-secret@h/db' } } })
    expect(child.entry('users')?.database).toEqual({ server: 'main' })
    const Users = z.object({ port: z.string(), literal: z.string() })
    expect(child.settings('users').parseRequired(Users)).toEqual({ port: 's', literal: '${X}' })
    expect(child.runtimeOf('users')).toEqual({ type: 'local' })
  })

  test('lets the schema of the child decide what texts of the environment are', () => {
    const host = loadConfig(undefined, { cwd: '/', env: { APP__MODULES__USERS__CONFIG__PORT: '80' } })
    const { config: child } = loadRenderedConfig(host.renderFor('users'), { module: 'users' }, { cwd: '/', env: {} })
    expect(child.settings('users').parse(z.object({ port: z.number() }))).toEqual({ port: 80 })
  })

  test('lets the schema of the child spell the keys that were guessed from variables, and no others', () => {
    const env = {
      APP__MODULES__USERS__CONFIG__MAX_CONNS: '7',
      APP__MODULES__USERS__CONFIG__LIMITS__PER_HOST: '3',
      APP__MODULES__USERS__CONFIG__LABELS__COST_CENTER: 'from the environment',
    }
    const config = { labels: { 'cost.center': 'a', maxConns: 'b', per_host: 'c' } }
    const host = loadConfig({ modules: { users: { config } } }, { cwd: '/', env })
    const Users = z.object({
      maxConns: z.number(),
      limits: z.object({ perHost: z.number() }),
      labels: z.record(z.string(), z.string()),
    })
    const { config: child } = loadRenderedConfig(host.renderFor('users'), { module: 'users' }, { cwd: '/', env: {} })
    const labels = { 'cost.center': 'a', maxConns: 'b', per_host: 'c', cost_center: 'from the environment' }
    expect(child.settings('users').parse(Users)).toEqual({ maxConns: 7, limits: { perHost: 3 }, labels })
    expect(child.settings('users').parse(Users)).toEqual(host.settings('users').parse(Users))
  })

  test('says nothing of guessed keys where there are none', () => {
    expect(JSON.parse(load().renderFor('users'))).not.toHaveProperty('guessed')
  })

  test('is, for a process of the same program, also how its hub is set, without what is of the host alone', () => {
    const grpcHub = {
      config: { listen_addr: '0.0.0.0:1', directory: { secrets: ['0123456789abcdef'] }, health: { enabled: true } },
    }
    const family = { secret: 'f', services: new Set(['a.v1.A']) }
    const host = load({ modules: { users: {}, 'grpc-hub': grpcHub } })
    const text = host.renderFor('users', { hub: 'grpc-hub', services: new Set(['a.v1.A']), family })
    expect(text).not.toContain('0123456789abcdef')
    const child = loadRenderedConfig(text, { module: 'users', hub: 'grpc-hub' }, surroundings)
    expect(child.config.entry('grpc-hub')).toEqual({
      config: { health: { enabled: true }, listen_addr: '127.0.0.1:0' },
    })
    // Others may be in a directory that has secrets.
    expect(child).toMatchObject({ services: 'any', family })
    const alone = load({ modules: { users: {} } }).renderFor('users', {
      hub: 'grpc-hub',
      services: new Set(['b.v1.B']),
      family,
    })
    expect(loadRenderedConfig(alone, { module: 'users' }, surroundings).services).toEqual(new Set(['b.v1.B']))
  })

  test.each(['{', '"text"', '{"logging": 1}'])('is refused where it is broken: %s', (json) => {
    const read = (): unknown => loadRenderedConfig(json, { module: 'users' }, surroundings)
    if (json === '"text"') expect(read).not.toThrow()
    else expect(read).toThrow(/MODKIT_MODULE_CONFIG/)
  })
})

describe('the variables that a moved module must not get', () => {
  test('are those of other modules and of other servers alone', () => {
    expect(load().withheldEnv('users')).toEqual(['OTHER', 'TOKEN'])
    expect(load().withheldEnv('orders')).toEqual(['MAIN', 'OTHER'])
    expect(load().withheldEnv('stranger')).toEqual(['MAIN', 'OTHER', 'SHARED', 'TOKEN'])
  })
})
