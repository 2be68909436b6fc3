import { readFile } from 'node:fs/promises'
import { beforeAll, expect, test } from '@jest/globals'
import {
  inject,
  injectionToken,
  Module,
  ModuleCtx,
  provide,
  type Clock,
  type ClockTimer,
  type DbModule,
  type Migration,
} from '@modkit/core'
import { systemClock } from '@modkit/core/spi'
import { createRecorder, createTestHost, FakeClock, mock, type TestHost } from '@modkit/testing'
import { matchers } from '@modkit/testing/jest'

beforeAll(() => expect.extend(matchers))

// #region clock-module
const clock = injectionToken<Clock>('clock')

@Module({ name: 'reminder', capabilities: ['stateful'], providers: [provide(clock, { useValue: systemClock })] })
class Reminder {
  readonly #clock = inject(clock)
  readonly #ctx = inject(ModuleCtx)
  #timer: ClockTimer | undefined

  start(): void {
    this.#timer = this.#clock.after(60_000, () => this.#ctx.logger.info('Buy milk'))
  }

  stop(): void {
    this.#timer?.cancel()
  }
}
// #endregion

// #region clock
test('the reminder comes after a minute', async () => {
  const time = new FakeClock()
  await using host = await createTestHost({ modules: [Reminder], mocks: [mock(clock, time)] }).start()

  await time.advance(59_999)
  expect(host.logs.messages()).not.toContain('Buy milk')
  await time.advance(1)
  expect(host.logs.messages()).toContain('Buy milk')
})
// #endregion

test('a reminder that is stopped does not come', async () => {
  const time = new FakeClock()
  await using host = await createTestHost({ modules: [Reminder], mocks: [mock(clock, time)] }).start()
  await host.stop()
  expect(time.pendingTimers).toBe(0)
})

@Module({ name: 'ledger', capabilities: ['db'] })
class Ledger implements DbModule {
  readonly #ctx = inject(ModuleCtx)

  migrations(): Migration[] {
    return [{ name: '001-entries', up: (trx) => trx.schema.createTable('entries', (table) => table.integer('amount')) }]
  }

  async add(amount: number): Promise<void> {
    await this.#ctx.dbRequired()('entries').insert({ amount })
  }

  async total(): Promise<number> {
    const [row] = await this.#ctx.dbRequired()('entries').sum({ total: 'amount' })
    return Number((row as { total: unknown }).total)
  }
}

// #region database
test('the ledger adds up', async () => {
  await using host = await createTestHost({ modules: [Ledger] }).start()
  const ledger = host.module(Ledger)

  await ledger.add(2)
  await ledger.add(3)
  await expect(ledger.total()).resolves.toBe(5)
})
// #endregion

// #region recorder
test('what started before a module that fails is stopped', async () => {
  const { events, module } = createRecorder()
  const broken = module('broken', { deps: ['cache'], hooks: { start: () => Promise.reject(new Error('no luck')) } })
  await using host = createTestHost({ modules: [broken, module('cache', { deps: ['db'] }), module('db')] })

  await expect(host.start()).rejects.toBeHostError('PHASE_FAILED', { phase: 'start', module: 'broken' })
  expect(events.slice(3)).toEqual(['db start', 'cache start', 'broken start', 'cache stop', 'db stop'])
})
// #endregion

@Module({ name: 'poller', capabilities: ['stateful'] })
class Poller {
  timer: NodeJS.Timeout | undefined
  start(): void {
    this.timer = setInterval(() => undefined, 1_000)
  }
  stop(): void {}
}

test('the poller leaves its timer', async () => {
  // #region leaks
  const host: TestHost = await createTestHost({ modules: [Poller], leaks: 'ignore' }).start()
  const { timer } = host.module(Poller)

  const [leak] = await host.leaks()
  expect(leak).toEqual({ what: 'a timer (every 1000 ms)', where: expect.stringContaining('documented.test.ts') })
  // #endregion
  clearInterval(timer)
})

test('the message on the page is the one that the test of such a module fails with', async () => {
  const host = await createTestHost({ modules: [Poller] }).start()
  const { timer } = host.module(Poller)
  const failed = await host.dispose().then(String, (error: unknown) => (error as Error).message)
  clearInterval(timer)
  const shown = await readFile(new URL('./fixtures/docs/left-open.txt', import.meta.url), 'utf8')
  expect(masked(failed)).toBe(masked(shown.trim()))
})

/** Where it was made is another file here; and Jest's source maps name what is called there besides the method. */
function masked(message: string): string {
  return message.replace(/ \(\/\S+:\d+:\d+\)\.$/, ' (place).').replace('Poller.setInterval [as start]', 'Poller.start')
}
