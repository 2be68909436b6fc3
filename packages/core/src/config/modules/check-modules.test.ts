import { describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { HostError } from '../../errors/host-error.js'
import type { HostConfig } from '../host-config.js'
import type { DeclaredModule } from './declared-module.js'
import { loadConfig } from '../load-config.js'

const surroundings = { cwd: '/', userHome: '/', env: {} }

function load(tree: object, env: Record<string, string> = {}): HostConfig {
  return loadConfig(tree, { ...surroundings, env })
}

function problems(config: HostConfig, declared: readonly DeclaredModule[]): readonly HostError[] {
  try {
    config.check(declared)
    return []
  } catch (error) {
    return HostError.find(error, 'CONFIG_INVALID')?.details.problems ?? []
  }
}

const Sized = z.object({ size: z.number() })

describe('a check against the modules of the program', () => {
  test('finds every section that does not fit, in one pass', () => {
    const config = load({ modules: { users: { config: { size: 'x' } } } })
    const found = problems(config, [
      { name: 'users', config: Sized },
      { name: 'orders', config: Sized },
      { name: 'plain', config: undefined },
    ])
    expect(found.map(({ code, details }) => [code, (details as { module: string }).module])).toEqual([
      ['MODULE_CONFIG_INVALID', 'users'],
      ['MODULE_CONFIG_INVALID', 'orders'],
    ])
  })

  test('finds entries that belong to nobody, with the nearest name', () => {
    const config = load({ modules: { usres: { enabled: false }, moved: { runtime: { type: 'oop' } } } })
    expect(problems(config, [{ name: 'users', config: undefined }])).toMatchObject([
      { code: 'CONFIG_VALUE_INVALID', hint: expect.stringContaining('Did you mean "users"?') as unknown },
      {
        message: expect.stringMatching(
          /"modules.moved" is not the name of a module of this host, and has no "execution"/,
        ),
      },
    ])
  })

  test('lets a foreign program and a disabled module be', () => {
    const runtime = { type: 'oop', execution: { executable_path: './calc' } }
    const config = load({ modules: { calc: { runtime }, users: { enabled: false, config: { size: 'x' } } } })
    expect(problems(config, [{ name: 'users', config: Sized }])).toEqual([])
  })

  test('gives names guessed from variables their real spelling', () => {
    const config = load({}, { APP__MODULES__APIGATEWAY__CONFIG__SIZE: '3', APP__MODULES__NOBODY__ENABLED: 'true' })
    expect(config.moduleNames).toEqual(['apigateway', 'nobody'])
    expect(problems(config, [{ name: 'api-gateway', config: Sized }])).toMatchObject([
      { details: { path: 'modules.nobody', origin: 'environment variable APP__MODULES__NOBODY__ENABLED' } },
    ])
    expect(config.moduleNames).toEqual(['api-gateway', 'nobody'])
    expect(config.settings('api-gateway').parse(Sized)).toEqual({ size: 3 })
  })

  test('tells what is no schema at all as a problem of its module', () => {
    const broken = { name: 'users', config: { '~standard': null } } as unknown as DeclaredModule
    expect(problems(load({}), [broken])).toMatchObject([
      { code: 'MODULE_CONFIG_INVALID', details: { module: 'users' } },
    ])
  })
})

describe('a provider', () => {
  test('is asked once for a module, and wins over the environment', () => {
    const asked: string[] = []
    const provider = {
      moduleConfig(name: string): unknown {
        asked.push(name)
        return name === 'api-gateway' ? { config: { size: 1, secret: '${S}' } } : undefined
      },
    }
    const env = { APP__MODULES__API_GATEWAY__CONFIG__SIZE: '2', APP__MODULES__API_GATEWAY__CONFIG__MORE: '3', S: 's' }
    const config = load(provider, { ...env, APP__MODULES__OTHER__ENABLED: 'false', APP__SERVER__HOME_DIR: '/srv' })
    expect(config.settings('api-gateway').raw).toEqual({ size: 1, secret: 's', more: '3' })
    expect(config.isEnabled('other')).toBe(false)
    expect(config.isEnabled('third')).toBe(true)
    expect(config.entry('api-gateway')).toBeDefined()
    expect(asked).toEqual(['api-gateway', 'other', 'third'])
    expect(config.moduleNames).toEqual(['api-gateway', 'other'])
    expect(config.homeDir).toBe('/srv')
  })

  test('is asked about the modules of the program as soon as they are known', () => {
    const provider = {
      moduleConfig: (name: string): unknown => (name === 'broken' ? 'text' : { enabled: name !== 'off' }),
    }
    const config = load(provider)
    config.adopt(['users', 'off', 'broken'])
    expect(config.moduleNames.filter((name) => config.isEnabled(name))).toEqual(['users'])
    expect(
      problems(config, [
        { name: 'broken', config: undefined },
        { name: 'users', config: undefined },
      ]),
    ).toHaveLength(2)
  })

  test('that throws or says nonsense is a problem of the check', () => {
    const provider = {
      moduleConfig(name: string): unknown {
        if (name === 'users') throw new Error('vault is sealed')
        return name === 'orders' ? 'text' : { confg: {} }
      },
    }
    const config = load(provider, { APP__MODULES__NOBODY__ENABLED: 'true' })
    const names = ['users', 'orders', 'others']
    expect(
      problems(
        config,
        names.map((name) => ({ name, config: Sized })),
      ).map(({ message }) => message),
    ).toEqual([
      '"modules.users" cannot be read: vault is sealed (configuration provider).',
      'The configuration of module "orders" must be an object (configuration provider).',
      expect.stringMatching(/^"modules.others.confg" is not a known key/),
      expect.stringMatching(/^"modules.nobody.confg" is not a known key/),
    ])
    expect(() => config.settings('orders')).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
  })
})
