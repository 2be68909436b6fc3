import { describe, expect, test } from '@jest/globals'
import { clientKey, defineModule, inject, ModuleCtx, type Host, type ModuleClass } from '@modkit/core'
import { Child } from './support/child.js'
import { hostOf } from './support/hosts.js'
import type { RecordedLog } from './support/recorded-log.js'

interface Counter {
  next(): string
}

const counter = clientKey<Counter>('counter')

class CountingService implements Counter {
  readonly ctx = inject(ModuleCtx)
  #count = 0

  next(): string {
    this.ctx.logger.info('Counted')
    return `${this.ctx.instanceId} ${String(++this.#count)}`
  }
}

const Counting = defineModule(
  { name: 'counting', capabilities: ['stateful'], providers: [CountingService], provides: [counter] },
  class {
    readonly service = inject(CountingService)

    init(ctx: ModuleCtx): void {
      ctx.clients.register(counter, this.service)
    }
    start(): void {}
    stop(): void {}
  },
)

const Other: ModuleClass = defineModule({ name: 'other', deps: ['counting'] }, class {})

function two(): readonly { host: Host; log: RecordedLog }[] {
  return ['first', 'second'].map((instanceId) => hostOf({ instanceId, modules: [Counting, Other] }))
}

describe('two hosts of the same module classes', () => {
  test('have modules, registries, clients, reports and logs of their own', async () => {
    const [first, second] = two()
    await Promise.all([first!.host.start(), second!.host.start()])
    expect(first!.host.module(Counting)).not.toBe(second!.host.module(Counting))
    expect(first!.host.registry.get('counting')?.instance).toBe(first!.host.module(Counting))
    expect(second!.host.registry.get('counting')?.instance).toBe(second!.host.module(Counting))
    expect([first, second].map((one) => one!.host.clients.get(counter).next())).toEqual(['first 1', 'second 1'])
    expect(first!.host.clients.get(counter).next()).toBe('first 2')
    expect([first, second].map((one) => one!.log.messages().filter((text) => text === 'Counted').length)).toEqual([
      2, 1,
    ])
    await Promise.all([first!.host.stop(), second!.host.stop()])
  })

  test('know nothing of each other: one serves while the other starts, stops and fails', async () => {
    const [first, second] = two()
    await first!.host.start()
    const client = first!.host.clients.get(counter)
    await second!.host.start()
    second!.host.clients.clear()
    await second!.host.stop()
    const broken = hostOf({ modules: [Counting, defineModule({ name: 'broken' }, class { init(): void { throw new Error('on purpose') } })] }) // prettier-ignore
    await expect(broken.host.start()).rejects.toMatchObject({ code: 'PHASE_FAILED' })
    expect([first!.host.state, second!.host.state, broken.host.state]).toEqual(['running', 'stopped', 'failed'])
    expect(client.next()).toBe('first 1')
    expect(first!.host.clients.get(counter)).toBe(client)
    expect(first!.host.module(Counting).service.ctx.signal.aborted).toBe(false)
    expect(first!.log.messages()).not.toContain('Shutdown begins')
    await first!.host.stop()
  })

  test('that share the signal that may end them end together, and alone do not end each other', async () => {
    const ending = new AbortController()
    const hosts = ['a', 'b', 'c'].map(
      (instanceId) => hostOf({ instanceId, modules: [Counting], shutdown: ending.signal }).host,
    )
    await Promise.all(hosts.map((host) => host.start()))
    await hosts[0]!.stop()
    expect(hosts.map(({ state }) => state)).toEqual(['stopped', 'running', 'running'])
    ending.abort('all of you')
    const reports = await Promise.all(hosts.map((host) => host.stop()))
    expect(reports.map(({ reason }) => reason)).toEqual(['requested', 'all of you', 'all of you'])
  })

  test('that share the promise that may end them end together, also when it has settled before', async () => {
    let settle = (_: unknown): void => undefined
    const shutdown = new Promise((resolve) => (settle = resolve))
    const hosts = ['a', 'b', 'c'].map((instanceId) => hostOf({ instanceId, modules: [Counting], shutdown }).host)
    await Promise.all(hosts.slice(0, 2).map((host) => host.start()))
    await hosts[0]!.stop()
    settle('done')
    await shutdown
    await expect(hosts[2]!.start()).rejects.toMatchObject({ code: 'CANCELLED' })
    expect((await hosts[1]!.stop()).reason).toBe('the shutdown promise resolved')
    expect(hosts.map(({ state }) => state)).toEqual(['stopped', 'stopped', 'stopped'])
  })
})

describe('two hosts that run in one process', () => {
  const run = (scenario: string): Child =>
    new Child(new URL('./fixtures/run/side-by-side.ts', import.meta.url), [scenario])

  test('serve side by side, and one that stops leaves the other to serve until a signal ends it', async () => {
    const child = run('one-stops')
    await child.says('second serves alone')
    child.kill('SIGTERM')
    const stdout = 'both serve\nfirst stopped\nsecond serves alone\nsecond stopped\nboth returned\n'
    await expect(child.end).resolves.toEqual({ code: 0, signal: null, stdout, stderr: '' })
  })

  test('both end in order on one signal', async () => {
    const child = run('both')
    await child.says('both serve')
    child.kill('SIGTERM')
    const { code, stdout, stderr } = await child.end
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout.split('\n').sort()).toEqual(['', 'both returned', 'both serve', 'first stopped', 'second stopped'])
  })

  test('one after the other: what the first left to look for does not accuse the second, nor end it', async () => {
    const child = run('one-after-the-other')
    await child.says('second served for longer')
    await expect(child.end).resolves.toMatchObject({ code: 0, stderr: '' })
  })
})
