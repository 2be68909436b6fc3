import { describe, expect, test } from '@jest/globals'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { z } from 'zod'
import { isHostError, type HostError } from '../../errors/host-error.js'
import { loadConfig } from '../load-config.js'
import type { ModuleSettings } from './module-settings.js'
import { SectionSettings } from './section-settings.js'
import { leafNode } from '../tree/config-tree.js'

function settings(config: unknown, env: Record<string, string> = {}): ModuleSettings {
  const tree = config === undefined ? {} : { modules: { users: { config } } }
  return loadConfig(tree, { env, cwd: '/', userHome: '/' }).settings('users')
}

function fromEnv(env: Record<string, string>): ModuleSettings {
  const named = Object.entries(env).map(([key, value]) => [`APP__MODULES__USERS__CONFIG__${key}`, value])
  return settings(undefined, Object.fromEntries(named) as Record<string, string>)
}

function errorOf(run: () => unknown): HostError {
  try {
    run()
  } catch (error) {
    if (isHostError(error)) return error
  }
  throw new Error('nothing was thrown')
}

/** A schema of a library that knows the standard and no JSON Schema. */
function plainSchema<T>(
  validate: (value: Record<string, unknown>) => StandardSchemaV1.Result<T>,
): StandardSchemaV1<unknown, T> {
  return {
    '~standard': { version: 1, vendor: 'test', validate: (value) => validate(value as Record<string, unknown>) },
  }
}

describe('lenient and strict access', () => {
  const Schema = z.object({ size: z.number().default(3) })

  test('a missing section is validated as an empty object, or refused, each case by its own name', () => {
    expect(settings(undefined).parse(Schema)).toEqual({ size: 3 })
    expect(settings(null).parse(Schema)).toEqual({ size: 3 })
    expect(errorOf(() => settings(undefined).parseRequired(Schema))).toMatchObject({
      code: 'MODULE_CONFIG_MISSING',
      details: { module: 'users', missing: 'module' },
    })
    expect(errorOf(() => settings(null).parseRequired(Schema))).toMatchObject({
      code: 'MODULE_CONFIG_MISSING',
      details: { module: 'users', missing: 'config' },
    })
  })

  test('an entry of the wrong kind is a structure error', () => {
    const section = { name: 'users', node: leafNode('x', 'here'), enabled: true, runtime: { type: 'local' } } as const
    const wrong = new SectionSettings('users', section)
    for (const read of [() => wrong.parse(Schema), () => wrong.parseRequired(Schema)]) {
      expect(errorOf(read)).toMatchObject({ code: 'MODULE_CONFIG_INVALID', details: { problem: 'structure' } })
    }
    expect(wrong.raw).toEqual({})
  })

  test('what does not fit is told with every issue, its path and its origin', () => {
    const error = errorOf(() =>
      settings({ size: 'x', deep: { list: [1, 'y'] } }).parseRequired(
        z.strictObject({ size: z.number(), deep: z.object({ list: z.array(z.number()) }), more: z.string() }),
      ),
    )
    expect(error).toMatchObject({ code: 'MODULE_CONFIG_INVALID', details: { problem: 'schema' } })
    expect(error.details).toMatchObject({
      issues: [
        { path: 'size', origin: 'host options' },
        { path: 'deep.list.1', origin: 'host options' },
        { path: 'more', origin: 'host options' },
      ],
    })
  })

  test('the output of the schema is what the module gets', () => {
    expect(
      settings({ at: '2020-01-01' }).parseRequired(z.object({ at: z.string().transform((text) => text.length) })),
    ).toEqual({ at: 10 })
  })

  test('an instance may stand for the whole section', () => {
    class Options {
      readonly size = 5
    }
    const options = new Options()
    expect(settings(options).raw).toBe(options)
    expect(settings(options).parseRequired(Schema)).toEqual({ size: 5 })
  })
})

describe('schemas', () => {
  test('that validate asynchronously are refused', () => {
    const rejecting = {
      '~standard': { version: 1, vendor: 'test', validate: () => Promise.reject(new Error('never seen')) },
    } as const
    for (const later of [z.object({}).refine(() => Promise.resolve(true)), rejecting]) {
      expect(errorOf(() => settings({}).parse(later))).toMatchObject({
        code: 'SCHEMA_MUST_BE_SYNC',
        details: { where: 'modules.users.config' },
      })
    }
  })

  test('that throw are told as what they are, with the cause', () => {
    const broken = plainSchema(() => {
      throw new TypeError('oops')
    })
    const error = errorOf(() => settings({}).parse(broken))
    expect(error.message).toContain('the schema threw: oops')
    expect(error.cause).toBeInstanceOf(TypeError)
  })

  test('that quote a secret do not get it into the error', () => {
    const quoting = plainSchema((value) => ({
      issues: [{ message: `bad: ${String(value['password'])}`, path: [{ key: 'password' }] }],
    }))
    expect(errorOf(() => settings({ password: 'hunter2' }).parse(quoting)).message).toContain('bad: ***REDACTED***')
  })

  test('that quote a secret from further down, or several, do not get any of them into the error', () => {
    const path = ['mail', 'credentials']
    const quoting = plainSchema(({ mail }) => ({
      issues: [{ path, message: `bad: ${JSON.stringify(mail)}` }],
    }))
    const mail = { host: 'smtp', credentials: { user: 'ada', keys: ['k-1', 'k-2'] } }
    const { message } = errorOf(() => settings({ mail }).parse(quoting))
    for (const secret of ['ada', 'k-1', 'k-2']) expect(message).not.toContain(secret)
    expect(message).toContain('smtp')
  })
})

describe('texts of the environment', () => {
  const Schema = z.object({
    count: z.number(),
    on: z.boolean(),
    list: z.array(z.number()),
    map: z.object({ a: z.string().nullable() }),
    name: z.string(),
    wide: z.union([z.number(), z.string()]),
  })

  test('become what the schema asks for, and stay texts where it asks for those', () => {
    const env = { COUNT: '5', ON: 'TRUE', LIST: '[1, 2]', MAP: '{"a": null}', NAME: '42', WIDE: '7' }
    expect(fromEnv(env).parse(Schema)).toEqual({
      count: 5,
      on: true,
      list: [1, 2],
      map: { a: null },
      name: '42',
      wide: '7',
    })
  })

  test('are read where a file takes them from a variable, and nowhere else', () => {
    const Port = z.object({ port: z.number() })
    expect(settings({ port: '${PORT}' }, { PORT: '80' }).parse(Port)).toEqual({ port: 80 })
    expect(() => settings({ port: '80' }).parse(Port)).toThrow(/port: /)
  })

  test('satisfy a union that only says that the whole does not fit', () => {
    const Union = z.object({
      to: z.union([z.object({ port: z.number(), tls: z.boolean() }), z.object({ path: z.string() })]),
    })
    expect(fromEnv({ TO__PORT: '80', TO__TLS: 'false' }).parse(Union)).toEqual({ to: { port: 80, tls: false } })
  })

  test('that cannot be read are told alone, not those that can', () => {
    const Both = z.object({ good: z.number(), bad: z.number() })
    const error = errorOf(() => fromEnv({ GOOD: '1', BAD: 'one' }).parse(Both))
    expect(error.details).toMatchObject({
      issues: [{ path: 'bad', origin: 'environment variable APP__MODULES__USERS__CONFIG__BAD' }],
    })
  })

  test('inside lists are read too', () => {
    expect(
      settings({ ports: ['${A}', '${B}'] }, { A: '1', B: '2' }).parse(z.object({ ports: z.array(z.number()) })),
    ).toEqual({ ports: [1, 2] })
  })

  test('with broken JSON stay texts', () => {
    expect(() => fromEnv({ LIST: '[1' }).parse(z.object({ list: z.array(z.number()) }))).toThrow(
      /expected array, received string/,
    )
  })

  test('that satisfy a later check only once an earlier one is satisfied are read as well', () => {
    const Later = z.object({ a: z.number() }).and(z.object({ b: z.boolean().refine((on) => on) }))
    expect(fromEnv({ A: '1', B: 'true' }).parse(Later)).toEqual({ a: 1, b: true })
  })
})

describe('names that come from the environment alone', () => {
  test('are spelled as the schema says them, at every depth', () => {
    const Inner = z.object({ maxConns: z.number() })
    const Schema = z.object({
      bindAddr: z.string(),
      pool: Inner.optional(),
      either: z.union([z.object({ oneWay: z.string() }), Inner]),
    })
    const env = { BIND_ADDR: 'x', POOL__MAX_CONNS: '4', EITHER__ONE_WAY: 'y' }
    expect(fromEnv(env).parse(Schema)).toEqual({ bindAddr: 'x', pool: { maxConns: 4 }, either: { oneWay: 'y' } })
  })

  test('are found through references of a schema that contains itself', () => {
    interface Tree {
      readonly nodeName: string
      readonly firstChild?: Tree | undefined
    }
    const Tree: z.ZodType<Tree, Tree> = z.lazy(() => z.object({ nodeName: z.string(), firstChild: Tree.optional() }))
    expect(fromEnv({ NODE_NAME: 'a', FIRST_CHILD__NODE_NAME: 'b' }).parse(Tree)).toEqual({
      nodeName: 'a',
      firstChild: { nodeName: 'b' },
    })
  })

  test('are lower case, or camel case, where the schema cannot say its names', () => {
    const need = (key: string) =>
      plainSchema((value) => (key in value ? { value } : { issues: [{ message: `${key} is missing` }] }))
    expect(fromEnv({ BIND_ADDR: 'x' }).parse(need('bind_addr'))).toEqual({ bind_addr: 'x' })
    expect(fromEnv({ BIND_ADDR: 'x' }).parse(need('bindAddr'))).toEqual({ bindAddr: 'x' })
    expect(() => fromEnv({ BIND_ADDR: 'x' }).parse(need('port'))).toThrow(/port is missing/)
  })

  test('are not dropped without a word by a schema that keeps what it knows alone', () => {
    const keeping = plainSchema(({ bindAddr, deep }) => ({ value: { bindAddr, deep } }))
    expect(fromEnv({ BIND_ADDR: 'x', DEEP__A_B: 'y' }).parse(keeping)).toEqual({ bindAddr: 'x', deep: { aB: 'y' } })
  })

  test('are guessed for a schema with a part that JSON cannot say', () => {
    const Schema = z.object({ bindAddr: z.string(), when: z.date().optional() })
    expect(fromEnv({ BIND_ADDR: 'x' }).parse(Schema)).toEqual({ bindAddr: 'x' })
  })
})
