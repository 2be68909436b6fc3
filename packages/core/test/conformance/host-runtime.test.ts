import { describe, expect, test } from '@jest/globals'
import { createHost, type Host, type HostOptions, type ModuleClass } from '@modkit/core'
import { FakeClock } from '@modkit/core/spi'
import { RecordedLog } from '../support/recorded-log.js'
import { Recorder } from '../support/recording-module.js'

// The tests of the original host runtime, through the public doors. Each title is the name of the original test.

const stateful = { capabilities: ['stateful'] } as const

async function started(
  modules: readonly ModuleClass[],
  options: HostOptions = {},
): Promise<{ host: Host; clock: FakeClock; log: RecordedLog }> {
  const clock = new FakeClock()
  const log = new RecordedLog()
  const host = createHost({ modules, config: {}, clock, logger: log.logger, ...options })
  await host.start()
  return { host, clock, log }
}

describe('host runtime', () => {
  test('stop phase reverse order', async () => {
    const r = new Recorder()
    const modules = [
      r.module('a', stateful),
      r.module('b', { ...stateful, deps: ['a'] }),
      r.module('c', { ...stateful, deps: ['b'] }),
    ]
    const { host } = await started(modules)
    expect(host.registry.entries.map(({ name }) => name)).toEqual(['a', 'b', 'c'])
    await host.stop()
    expect(r.of('stop')).toEqual(['c stop', 'b stop', 'a stop'])
  })

  test('stop phase continues on error', async () => {
    const r = new Recorder()
    const fail = { stop: () => Promise.reject(new Error('Intentional failure')) }
    const modules = ['a', 'b', 'c'].map((name) => r.module(name, stateful, name === 'b' ? fail : {}))
    const { host } = await started(modules)
    await host.stop()
    expect(r.of('stop')).toHaveLength(3)
    expect(host.state).toBe('stopped')
  })

  test('post_init runs after all init and system first', async () => {
    const r = new Recorder()
    const modules = [
      r.module('sys-a', { capabilities: ['system'] }),
      r.module('user-b', { deps: ['sys-a'] }),
      r.module('user-c', { deps: ['user-b'] }),
    ]
    const { host } = await started(modules)
    expect(r.of('init', 'postInit')).toEqual(['sys-a init', 'user-b init', 'user-c init', 'sys-a postInit'])
    await host.stop()
  })

  test('stop phase provides fresh deadline token', async () => {
    const r = new Recorder()
    let abortedOnEntry: boolean | undefined
    const { host } = await started([
      r.module('test', stateful, { stop: (deadline: AbortSignal) => void (abortedOnEntry = deadline.aborted) }),
    ])
    await host.stop()
    expect(abortedOnEntry).toBe(false)
  })

  test('stop phase graceful shutdown completes before deadline', async () => {
    const r = new Recorder()
    const seen = { graceful: false, deadline: false }
    const stop = (deadline: AbortSignal): Promise<void> =>
      new Promise((resolve) => {
        deadline.addEventListener('abort', () => (seen.deadline = true))
        clockOf().after(10, () => ((seen.graceful = true), resolve()))
      })
    const { host, clock } = await started([r.module('test', stateful, { stop })], { shutdownDeadline: '5s' })
    const clockOf = (): FakeClock => clock
    const stopped = host.stop()
    await clock.advance(10)
    await stopped
    expect(seen).toEqual({ graceful: true, deadline: false })
  })

  test('stop phase deadline fires for slow module', async () => {
    const r = new Recorder()
    const seen = { graceful: false, deadline: false }
    const stop = (deadline: AbortSignal): Promise<void> =>
      new Promise((resolve) => {
        const slow = clockOf().after(10_000, () => ((seen.graceful = true), resolve()))
        deadline.addEventListener('abort', () => ((seen.deadline = true), slow.cancel(), resolve()))
      })
    const { host, clock } = await started([r.module('test', stateful, { stop })], { shutdownDeadline: '100ms' })
    const clockOf = (): FakeClock => clock
    const stopped = host.stop()
    await clock.advance(100)
    await stopped
    expect(seen).toEqual({ graceful: false, deadline: true })
  })
})
