import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { FakeClock } from '../time/fake-clock.js'
import { ProcessGroup } from './process-group.js'

afterEach(() => {
  jest.restoreAllMocks()
})

function leader(script: string): ChildProcess {
  return spawn('/bin/sh', ['-c', script], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] })
}

describe('a process group', () => {
  test('is never signalled again once it was found empty: its number may be somebody else’s by then', async () => {
    const child = leader('exit 0')
    await once(child, 'exit')
    const group = new ProcessGroup(child, new FakeClock())
    expect(await group.waitUntilGone(0)).toBe(true)
    const signals = jest.spyOn(process, 'kill').mockReturnValue(true)
    expect(group.terminate()).toBe(false)
    expect(group.kill()).toBe(false)
    expect(await group.waitUntilGone(0)).toBe(true)
    expect(signals).not.toHaveBeenCalled()
  })

  test('without a process, because it never started, is never signalled', async () => {
    const child = spawn('/no/such/binary', { detached: true })
    await once(child, 'error')
    const signals = jest.spyOn(process, 'kill').mockReturnValue(true)
    const group = new ProcessGroup(child, new FakeClock())
    expect(group.terminate()).toBe(false)
    expect(group.kill()).toBe(false)
    expect(signals).not.toHaveBeenCalled()
  })

  test.each([0, 1, -7, 2 ** 31])('is not what the process id %i, negated, would address', (pid) => {
    const signals = jest.spyOn(process, 'kill').mockReturnValue(true)
    // What a child looks like to us, with an id that no child has.
    const child = { pid, exitCode: null, signalCode: null } as unknown as ChildProcess
    expect(new ProcessGroup(child, new FakeClock()).kill()).toBe(false)
    expect(signals).not.toHaveBeenCalled()
  })

  test('has survivors for as long as one of its processes runs', async () => {
    const child = leader('sleep 30 & exit 0')
    await once(child, 'exit')
    const clock = new FakeClock()
    const group = new ProcessGroup(child, clock)
    const gone = group.waitUntilGone(200)
    await clock.advance(200)
    expect(await gone).toBe(false)
    expect(group.kill()).toBe(true)
    expect(clock.pendingTimers).toBe(0)
  })
})
