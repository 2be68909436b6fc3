import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, test } from '@jest/globals'
import { deliver, isSignallablePid } from './child-platform.js'
import { sendTerminateSignal } from './terminate-signal.js'

describe('the terminate signal', () => {
  test('reaches a child that runs', async () => {
    const child = spawn('sleep', ['30'])
    const exited = once(child, 'exit')
    expect(sendTerminateSignal(child)).toBe(true)
    expect(await exited).toEqual([null, 'SIGTERM'])
  })

  test('is not sent to a child that has exited', async () => {
    const child = spawn('/bin/sh', ['-c', 'exit 0'])
    await once(child, 'exit')
    expect(sendTerminateSignal(child)).toBe(false)
  })

  test('is not sent to a child that a signal has ended', async () => {
    const child = spawn('sleep', ['30'])
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
    expect(sendTerminateSignal(child)).toBe(false)
  })

  test('is not sent to a child that never ran', async () => {
    const child = spawn('/no/such/binary')
    await once(child, 'error')
    expect(sendTerminateSignal(child)).toBe(false)
  })

  test.each([undefined, 0, 1, -1, -7, 1.5, NaN, 2 ** 31, 2 ** 32 - 1])('is not sent to the process id %s', (pid) => {
    expect(isSignallablePid(pid)).toBe(false)
    // What a child looks like to us, with an id that no child has.
    const child = { pid, exitCode: null, signalCode: null } as unknown as ChildProcess
    expect(sendTerminateSignal(child)).toBe(false)
  })

  test('may be sent to ordinary process ids', () => {
    expect(isSignallablePid(12_345)).toBe(true)
    expect(isSignallablePid(2 ** 31 - 1)).toBe(true)
  })

  test('that finds nobody is no error', () => {
    expect(deliver(2 ** 31 - 1, 'SIGTERM')).toBe(false)
  })
})
