import { inspect } from 'node:util'
import { describe, expect, jest, test } from '@jest/globals'
import { clientKey, inject, injectionToken, Module, ModuleCtx } from '@modkit/core'
import { autoMock } from '../jest.js'
import { autoMock as autoMockWith } from './auto-mocks.js'
import { testModule } from '../module/test-module.js'

interface Audit {
  record(event: string): Promise<number>
}
const auditClient = clientKey<Audit>('audit')
const mailClient = clientKey<{ send(to: string): Promise<void> }>('mail')
const usersClient = clientKey<{ find(id: string): Promise<string> }>('users')
const now = injectionToken<() => number>('now')
const pageSize = injectionToken<number>('page size')

class UserStore {
  constructor() {
    throw new Error('The real store is never built.')
  }
  find(_id: string): Promise<string> {
    throw new Error('The real store is never asked.')
  }
}

@Module({
  name: 'users',
  deps: ['audit', 'mail?'],
  provides: [usersClient],
  providers: [UserStore, { provide: now, useFactory: () => Date.now }, { provide: pageSize, useValue: 20 }],
})
class UsersModule {
  readonly store = inject(UserStore)
  readonly now = inject(now)
  readonly pageSize: number = inject(pageSize)
  readonly ctx = inject(ModuleCtx)

  async init(ctx: ModuleCtx): Promise<void> {
    await ctx.clients.get(auditClient).record('init')
    await ctx.clients.tryGet(mailClient)?.send('ada')
    if (this.pageSize > 0) ctx.clients.register(usersClient, this.store)
  }
}

describe('a module whose surroundings are mocked by themselves', () => {
  test('gets mocks of providers and clients, which the test tells what to answer', async () => {
    const mocks = autoMock()
    mocks.of(auditClient).record.mockResolvedValue(1)
    mocks.of(UserStore).find.mockResolvedValue('Ada')
    mocks.of(now).mockReturnValue(7)
    await using users = await testModule(UsersModule).autoMock(mocks).init()
    expect(users.module.store).toBeInstanceOf(UserStore)
    await expect(users.clients.get(usersClient).find('1')).resolves.toBe('Ada')
    expect(mocks.of(UserStore).find).toHaveBeenCalledWith('1')
    expect(mocks.of(auditClient).record.mock.calls).toEqual([['init']])
    expect(users.module.now()).toBe(7)
    expect(users.module.pageSize).toBe(20)
  })

  test('gets a client that it only tries when the test has asked for its mock', async () => {
    await (await testModule(UsersModule).autoMock(autoMock()).init()).dispose()
    const mocks = autoMock()
    mocks.of(mailClient).send.mockResolvedValue(undefined)
    await using _users = await testModule(UsersModule).autoMock(mocks).init()
    expect(mocks.of(mailClient).send).toHaveBeenCalledWith('ada')
  })

  test('gets what the test mocks itself instead', async () => {
    const record = jest.fn<Audit['record']>().mockResolvedValue(2)
    const mocks = autoMock()
    const tested = testModule(UsersModule).autoMock(mocks).mock(auditClient, { record }).mock(pageSize, 5)
    await using users = await tested.init()
    expect(record).toHaveBeenCalledWith('init')
    expect(mocks.has(auditClient)).toBe(false)
    expect(users.module.pageSize).toBe(5)
  })

  test('has to register what it provides all the same', async () => {
    const mocks = autoMock()
    mocks.of(usersClient).find.mockResolvedValue('nobody')
    const silent = testModule(UsersModule).autoMock(mocks).mock(pageSize, 0).init()
    await expect(silent).rejects.toMatchObject({ code: 'CLIENT_NOT_PROVIDED' })
  })

  test('fails of a token that it has no provider for, as it would in a host', async () => {
    @Module({ name: 'lost' })
    class Lost {
      readonly store = inject(UserStore)
    }
    await expect(testModule(Lost).autoMock(autoMock()).init()).rejects.toMatchObject({ code: 'PROVIDER_NOT_MOCKED' })
  })
})

describe('a mock that was made by itself', () => {
  test('is the same each time, and takes values for its fields', () => {
    const mocks = autoMock()
    const store: { find: unknown; size?: number } = mocks.of(UserStore)
    store.size = 3
    expect(mocks.of(UserStore)).toHaveProperty('size', 3)
    expect(mocks.of(UserStore).find).toBe(store.find)
  })

  test('is no promise, prints, and compares', async () => {
    const audit: object = autoMock().of(auditClient)
    await expect(Promise.resolve(audit)).resolves.toBe(audit)
    expect(JSON.stringify({ audit })).toBe('{"audit":{}}')
    expect(inspect(audit)).toBe('{}')
    expect([audit]).toEqual([audit])
  })

  test('can be made of the functions of any tool', () => {
    const mocks = autoMockWith(() => Object.assign(() => undefined, { calls: 0 }))
    expect(mocks.of(auditClient).record.calls).toBe(0)
    expect(mocks.of(now).calls).toBe(0)
  })
})
