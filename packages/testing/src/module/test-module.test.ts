import { describe, expect, jest, test } from '@jest/globals'
import { clientKey, ClientHub, HostError, inject, injectionToken, Module, ModuleCtx, type Database } from '@modkit/core'
import { FakeClock } from '@modkit/core/spi'
import { z } from 'zod'
import { testModule } from './test-module.js'

interface Audit {
  record(event: string): Promise<void>
  readonly size: number
}
const auditClient = clientKey<Audit>('audit')

interface Users {
  find(id: string): Promise<string>
}
const usersClient = clientKey<Users>('users')
const zone = injectionToken<string>('zone')

const disposals: string[] = []

class UserStore {
  find(_id: string): Promise<string> {
    throw new Error('There is no database here.')
  }
  dispose(): void {
    disposals.push('store')
  }
}
class UserCache {
  readonly store = inject(UserStore)
  dispose(): void {
    disposals.push('cache')
  }
}

const UsersConfig = z.strictObject({ pageSize: z.number().int().default(20) })

@Module({
  name: 'users',
  deps: ['audit'],
  capabilities: ['stateful'],
  config: UsersConfig,
  provides: [usersClient],
  providers: [UserStore, UserCache, { provide: zone, useValue: 'utc' }],
})
class UsersModule {
  readonly store = inject(UserStore)
  readonly cache = inject(UserCache)
  readonly zone: string = inject(zone)
  readonly ctx = inject(ModuleCtx)
  readonly hub = inject(ClientHub)
  started = false

  async init(ctx: ModuleCtx): Promise<void> {
    await ctx.clients.get(auditClient).record('users init')
    ctx.logger.info('Ready', { page_size: ctx.config(UsersConfig).pageSize })
    ctx.clients.register(usersClient, { find: (id) => this.store.find(id) })
  }
  start(): void {
    this.started = true
  }
  stop(): void {
    this.started = false
  }
}

const quietAudit = { record: () => Promise.resolve() }

async function failure(work: Promise<unknown>): Promise<HostError> {
  return work.then(
    () => Promise.reject(new Error('It did not fail.')),
    (error: unknown) => error as HostError,
  )
}

describe('a module under test', () => {
  test('is built with its own providers, but for those that are mocked, and initialised', async () => {
    const find = jest.fn((id: string) => Promise.resolve(`user ${id}`))
    const record = jest.fn((_event: string) => Promise.resolve())
    await using users = await testModule(UsersModule).mock(UserStore, { find }).mock(auditClient, { record }).init()
    expect(users.module.cache).toBeInstanceOf(UserCache)
    expect(users.module.cache.store).toBe(users.module.store)
    expect(users.module.zone).toBe('utc')
    await expect(users.clients.get(usersClient).find('7')).resolves.toBe('user 7')
    expect(record).toHaveBeenCalledWith('users init')
  })

  test('is not started', async () => {
    await using users = await testModule(UsersModule).mock(auditClient, quietAudit).init()
    expect(users.module.started).toBe(false)
  })

  test('has one context, the mocked hub, and logs that the test can read', async () => {
    await using users = await testModule(UsersModule).mock(auditClient, quietAudit).init()
    expect(users.module.ctx).toBe(users.ctx)
    expect(users.module.hub).toBe(users.clients)
    expect(users.ctx.db).toBeUndefined()
    expect(users.logs.lines).toEqual([{ level: 'info', message: 'Ready', fields: { module: 'users', page_size: 20 } }])
  })

  test('takes mocks of tokens that stand for values, the last of them', async () => {
    const tested = testModule(UsersModule).mock(auditClient, quietAudit).mock(zone, 'cet').mock(zone, 'jst')
    await using users = await tested.init()
    expect(users.module.zone).toBe('jst')
  })

  test('takes a mock of its own context', async () => {
    const ctx = { moduleName: 'somebody else' }
    await using users = await testModule(UsersModule).mock(auditClient, quietAudit).mock(ModuleCtx, ctx).init()
    expect(users.module.ctx).toBe(ctx)
  })

  test('reads its configuration through the schema that it declares', async () => {
    const tested = testModule(UsersModule).mock(auditClient, quietAudit)
    await using users = await tested.withConfig({ pageSize: 5 }).init()
    expect(users.logs.lines[0]?.fields).toMatchObject({ page_size: 5 })
    const error = await failure(tested.withConfig({ pagesize: 5 }).init())
    expect(HostError.is(error, 'MODULE_CONFIG_INVALID')).toBe(true)
    expect(error.message).toContain('pagesize')
  })

  test('goes by the clock that the test moves', async () => {
    const clock = new FakeClock()
    await using users = await testModule(UsersModule).mock(auditClient, quietAudit).withClock(clock).init()
    const before = users.ctx.clock.now()
    await clock.advance(60_000)
    expect(users.ctx.clock.now() - before).toBe(60_000)
  })
})

describe('what a test does not mock', () => {
  test('is named with the way to mock it, when it is a client', async () => {
    const error = await failure(testModule(UsersModule).init())
    expect(error).toMatchObject({ code: 'CLIENT_NOT_MOCKED', details: { module: 'users', client: 'audit' } })
    expect(error.hint).toContain('.mock(key, fake)')
    expect(HostError.is(error, 'CLIENT_NOT_FOUND')).toBe(true)
  })

  test('is named with the way to mock it, when it is one of several clients of a key', async () => {
    @Module({ name: 'scoped' })
    class Scoped {
      audit: Audit | undefined
      init(ctx: ModuleCtx): void {
        this.audit = ctx.clients.getScoped(auditClient, 'eu')
      }
    }
    const error = await failure(testModule(Scoped).mock(auditClient, quietAudit).init())
    expect(error).toMatchObject({ code: 'CLIENT_NOT_MOCKED', details: { client: 'audit', scope: 'eu' } })
    expect(error.hint).toContain(".mockScoped(key, 'eu', fake)")
    await using scoped = await testModule(Scoped).mockScoped(auditClient, 'eu', quietAudit).init()
    expect(scoped.module.audit).toBe(quietAudit)
  })

  test('is named with the way to give it, when it is the database', async () => {
    @Module({ name: 'stored' })
    class Stored {
      database: unknown
      init(ctx: ModuleCtx): void {
        this.database = ctx.dbRequired()
      }
    }
    const error = await failure(testModule(Stored).init())
    expect(error).toMatchObject({ code: 'DATABASE_NOT_MOCKED', details: { module: 'stored' } })
    expect(error.hint).toContain('.withDatabase(database)')
    expect(HostError.is(error, 'DB_NOT_CONFIGURED')).toBe(true)
    const database = (() => undefined) as unknown as Database
    await using stored = await testModule(Stored).withDatabase(database).init()
    expect(stored.module.database).toBe(database)
    expect(stored.ctx.db).toBe(database)
  })

  test('is named with the way to mock it, when it is a token without a provider', async () => {
    class Mailer {}
    class Lost {
      readonly mailer = inject(Mailer)
    }
    const Lonely = Module({ name: 'lonely' })
    Lonely(Lost)
    const error = await failure(testModule(Lost).init())
    expect(error).toMatchObject({ code: 'PROVIDER_NOT_MOCKED', details: { module: 'lonely', token: 'Mailer' } })
    expect(error.hint).toContain('.mock(Mailer, fake)')
    await using lost = await testModule(Lost).mock(Mailer, {}).init()
    expect(lost.module.mailer).toEqual({})
  })

  test('is still optional for a module that only tries', async () => {
    @Module({ name: 'modest' })
    class Modest {
      audit: Audit | undefined
      init(ctx: ModuleCtx): void {
        this.audit = ctx.clients.tryGet(auditClient)
      }
    }
    await using modest = await testModule(Modest).init()
    expect(modest.module.audit).toBeUndefined()
  })
})

describe('the end of a test', () => {
  test('aborts the signal and disposes of providers, newest first and once', async () => {
    disposals.length = 0
    const users = await testModule(UsersModule).mock(auditClient, quietAudit).init()
    expect(users.ctx.signal.aborted).toBe(false)
    await Promise.all([users.dispose(), users.dispose()])
    expect(users.ctx.signal.aborted).toBe(true)
    expect(disposals).toEqual(['cache', 'store'])
  })

  test('leaves mocks alone', async () => {
    disposals.length = 0
    const fake = { find: () => Promise.resolve(''), dispose: () => void disposals.push('fake') }
    await (await testModule(UsersModule).mock(UserStore, fake).mock(auditClient, quietAudit).init()).dispose()
    expect(disposals).toEqual(['cache'])
  })

  test('comes at once when init fails, whose error comes as it is', async () => {
    disposals.length = 0
    const broken = new Error('audit is down')
    const record = (): Promise<never> => Promise.reject(broken)
    await expect(testModule(UsersModule).mock(auditClient, { record }).init()).rejects.toBe(broken)
    expect(disposals).toEqual(['cache', 'store'])
  })

  test('collects what went wrong with every provider', async () => {
    class Leaky {
      dispose(): void {
        throw new Error('still busy')
      }
    }
    @Module({ name: 'leaky', providers: [Leaky] })
    class LeakyModule {
      readonly leaky = inject(Leaky)
    }
    const leaky = await testModule(LeakyModule).init()
    await expect(leaky.dispose()).rejects.toMatchObject({ errors: [new Error('still busy')] })
  })
})

test('a module that does not register what it provides fails as it would in a host', async () => {
  @Module({ name: 'silent', provides: [usersClient] })
  class Silent {}
  expect(await failure(testModule(Silent).init())).toMatchObject({ code: 'CLIENT_NOT_PROVIDED' })
})

test('a class that is no module is refused', () => {
  class Plain {}
  expect(() => testModule(Plain)).toThrow('The class "Plain" is not a module.')
})
