import { afterEach, describe, expect, test } from '@jest/globals'
import { ended } from '../../test/support/processes.js'
import { RecordedLog } from '../../test/support/recorded-log.js'
import { FakeClock } from '../time/fake-clock.js'
import type { InstanceHandle, OopModuleConfig } from './backend.js'
import { LocalProcessBackend } from './local-process-backend.js'

const DEAF = `trap '' TERM; echo up; while :; do sleep 1; done`

const running: { backend: LocalProcessBackend; handles: InstanceHandle[] }[] = []

afterEach(async () => {
  for (const { backend, handles } of running.splice(0)) {
    for (const { pid } of handles) forceEnd(pid ?? NaN)
    await backend.shutdownAll()
  }
})

function forceEnd(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended, as it should have.
  }
}

function started() {
  const log = new RecordedLog()
  const clock = new FakeClock()
  const controller = new AbortController()
  const backend = new LocalProcessBackend({ signal: controller.signal, logger: log.logger, clock })
  const handles: InstanceHandle[] = []
  running.push({ backend, handles })
  /** Spawns a shell script and waits until it has said `up`. */
  const spawn = async (script: string): Promise<InstanceHandle> => {
    const handle = await backend.spawnInstance(shell(script))
    handles.push(handle)
    await log.line(({ message, fields }) => message === 'up' && fields['oop_instance_id'] === handle.instanceId)
    return handle
  }
  return { log, clock, controller, backend, spawn }
}

function shell(script: string): OopModuleConfig {
  return { name: 'worker', backend: 'local_process', binary: '/bin/sh', args: ['-c', script], env: {} }
}

describe('stopping one child', () => {
  test('asks it with SIGTERM and reads what it says on its way out', async () => {
    const { backend, log, spawn } = started()
    const handle = await spawn(`trap 'echo goodbye; exit 0' TERM; echo up; while :; do sleep 0.05; done`)
    await backend.stopInstance(handle)
    const identity = { module: 'worker', instance_id: handle.instanceId }
    expect(log.lines.filter(({ level }) => level === 'debug')).toEqual([
      {
        level: 'debug',
        message: 'stop_instance: sent termination signal',
        fields: { ...identity, pid: handle.pid, graceful: true },
      },
      {
        level: 'debug',
        message: 'stop_instance: process exited gracefully',
        fields: { ...identity, status: 'exit code 0' },
      },
    ])
    expect(log.messages('info')).toContain('goodbye')
    expect(log.messages('warn')).toEqual([])
  })

  test('ends one that ignores SIGTERM by force after 2 s', async () => {
    const { backend, log, clock, spawn } = started()
    const handle = await spawn(DEAF)
    const stopped = backend.stopInstance(handle)
    await clock.advance(1_999)
    expect(log.messages()).not.toContain('stop_instance: grace period expired, force killing')
    await clock.advance(1)
    await stopped
    expect(log.messages()).toContain('stop_instance: grace period expired, force killing')
    await ended(handle.pid ?? NaN)
    expect(clock.pendingTimers).toBe(0)
  })

  test('is one stop, however many ask for it', async () => {
    const { backend, log, clock, controller, spawn } = started()
    const handle = await spawn(DEAF)
    const stops = [backend.stopInstance(handle), backend.stopInstance(handle)]
    controller.abort()
    stops.push(backend.shutdownAll())
    await clock.advance(2_000)
    await Promise.all(stops)
    expect(log.messages().filter((message) => message.includes('sent termination signal'))).toHaveLength(1)
    expect(log.messages('info').at(-1)).toBe('All OoP module processes stopped')
  })

  test('of one that has just died by itself is no error', async () => {
    const { backend, log, spawn } = started()
    const handle = await spawn('echo up; exit 1')
    await log.line('OoP module process exited unexpectedly')
    await backend.stopInstance(handle)
    expect(log.messages('debug')).not.toContain('stop_instance: sent termination signal')
  })
})

describe('stopping all children', () => {
  test('is the same by the signal and by the call, and happens once', async () => {
    const { backend, log, controller, spawn } = started()
    await spawn(`echo up; exec sleep 30`)
    await spawn(`echo up; exec sleep 30`)
    controller.abort()
    const shutdown = backend.shutdownAll()
    expect(backend.shutdownAll()).toBe(shutdown)
    await shutdown
    expect(log.lines.filter(({ level, fields }) => level === 'info' && !('stream' in fields)).slice(2)).toEqual([
      {
        level: 'info',
        message: 'LocalProcessBackend: shutdown signal received, stopping all processes',
        fields: {},
      },
      { level: 'info', message: 'Stopping OoP module processes', fields: { count: 2 } },
      { level: 'info', message: 'All OoP module processes stopped', fields: {} },
    ])
    expect(await backend.listInstances('worker')).toEqual([])
  })

  test('says nothing where there are none', async () => {
    const { backend, log, controller } = started()
    controller.abort()
    await backend.shutdownAll()
    expect(log.lines).toEqual([])
  })

  test('takes ten that hang one grace of 5 s, not ten', async () => {
    const { backend, log, clock, controller, spawn } = started()
    const handles = await Promise.all(Array.from({ length: 10 }, () => spawn(DEAF)))
    controller.abort()
    await clock.advance(4_999)
    expect(log.messages()).not.toContain('shutdown: grace period expired, force killing')
    await clock.advance(1)
    await backend.shutdownAll()
    expect(log.messages().filter((message) => message.includes('force killing'))).toHaveLength(10)
    await Promise.all(handles.map(({ pid }) => ended(pid ?? NaN)))
  })

  test('says nothing where there are none', async () => {
    const { backend, log } = started()
    await backend.shutdownAll()
    expect(log.lines).toEqual([])
  })

  test('begins at once for a signal that had aborted before', async () => {
    const backend = new LocalProcessBackend({ signal: AbortSignal.abort() })
    await expect(backend.spawnInstance(shell('echo up'))).rejects.toMatchObject({ code: 'SPAWN_REFUSED' })
  })

  test('refuses new ones, also one whose spawn is under way', async () => {
    const { backend, log, controller } = started()
    const underWay = backend.spawnInstance({ ...shell('echo up'), workingDirectory: '/' })
    controller.abort()
    await expect(underWay).rejects.toMatchObject({ code: 'SPAWN_REFUSED', details: { module: 'worker' } })
    await expect(backend.spawnInstance(shell('echo up'))).rejects.toMatchObject({ code: 'SPAWN_REFUSED' })
    expect(log.messages()).not.toContain('Spawned OoP module with log forwarding')
  })

  test('includes one that has only just been spawned', async () => {
    const controller = new AbortController()
    const log = new RecordedLog()
    const abortOnSpawn = (message: string): void => {
      if (message.startsWith('Spawned')) controller.abort()
    }
    const logger = { ...log.logger, info: abortOnSpawn }
    const backend = new LocalProcessBackend({ signal: controller.signal, logger, clock: new FakeClock() })
    const handle = await backend.spawnInstance(shell('exec sleep 30'))
    await backend.shutdownAll()
    expect(log.messages('debug')).toContain('shutdown: process exited gracefully')
    await ended(handle.pid ?? NaN)
  })

  test('says nothing of a signal that comes when it has begun already', async () => {
    const { backend, log, controller } = started()
    await backend.shutdownAll()
    controller.abort()
    expect(log.lines).toEqual([])
  })

  test('refuses new ones after the call, without the signal', async () => {
    const { backend } = started()
    await backend.shutdownAll()
    await expect(backend.spawnInstance(shell('echo up'))).rejects.toMatchObject({ code: 'SPAWN_REFUSED' })
  })
})

describe('what a child started itself', () => {
  test('is asked to end together with it', async () => {
    const { backend, log, spawn } = started()
    const grandchild = `trap 'echo grandchild ends; exit 0' TERM; echo up; while :; do sleep 0.05; done`
    const handle = await spawn(`trap 'wait; exit 0' TERM; sh -c "${grandchild}" & wait`)
    await backend.stopInstance(handle)
    expect(log.messages()).toContain('grandchild ends')
  })

  test('may take the rest of the grace when the child is gone, and is then ended by force', async () => {
    const { backend, log, clock, spawn } = started()
    const handle = await spawn(`sh -c "trap '' TERM; echo pid=\\$\\$; echo up; while :; do sleep 1; done" & wait`)
    const grandchild = await pidSaid(log)
    const stopped = backend.stopInstance(handle)
    await log.line('stop_instance: process exited gracefully')
    await clock.advance(2_000)
    await stopped
    await ended(grandchild)
  })

  test('and left behind when it died by itself ends as well', async () => {
    const { backend, log, clock, spawn } = started()
    const handle = await spawn(`sh -c 'echo pid=$$; exec sleep 30' & echo up; sleep 0.1; exit 1`)
    const grandchild = await pidSaid(log)
    await log.line('OoP module process exited unexpectedly')
    await clock.advance(2_000)
    await ended(grandchild)
    await clock.advance(2_000)
    await backend.stopInstance(handle)
  })

  test('and put into a group of its own is left alone, though it holds the output: a warning says so', async () => {
    const { backend, log, clock, spawn } = started()
    const detached = `const { spawn } = require('node:child_process')
      const child = spawn('sleep', ['30'], { detached: true, stdio: 'inherit' })
      console.log('pid=' + child.pid + '\\nup')`
    const handle = await spawn(`exec '${process.execPath}' -e "${detached}"`)
    const survivor = await pidSaid(log)
    const stopped = backend.stopInstance(handle)
    await log.line('stop_instance: process exited gracefully')
    await clock.advance(100)
    await stopped
    process.kill(survivor, 'SIGKILL')
    const warnings = log.lines.filter(({ level }) => level === 'warn')
    const common = { module: 'worker', instance_id: handle.instanceId, timeout_ms: 100 }
    expect(warnings).toEqual(
      ['stdout', 'stderr'].map((stream) => ({
        level: 'warn',
        message: 'log forwarder did not finish within drain timeout',
        fields: { ...common, stream },
      })),
    )
  })
})

describe('the output of a child', () => {
  test('is read whole, from both streams, though the child floods them and ends', async () => {
    const { backend, log } = started()
    const flood = `i=0; while [ $i -lt 20000 ]; do echo line $i; echo error $i >&2; i=$((i+1)); done; printf end`
    const handle = await backend.spawnInstance(shell(flood))
    await log.line('end')
    await backend.stopInstance(handle)
    for (const stream of ['stdout', 'stderr']) {
      const word = stream === 'stdout' ? 'line' : 'error'
      const lines = log.lines.filter(({ message, fields }) => fields['stream'] === stream && message !== 'end')
      expect(lines.map(({ message }) => message)).toEqual(
        Array.from({ length: 20_000 }, (_, i) => `${word} ${String(i)}`),
      )
    }
  })

  test('goes on after bytes that are not UTF-8 and after a line of a megabyte', async () => {
    const { log, spawn } = started()
    await spawn(`printf 'bad \\377\\n'; head -c 1048576 /dev/zero | tr '\\0' x; echo; echo up; exec sleep 30`)
    const [bad, long] = log.lines.slice(1)
    expect(bad?.message).toBe('bad \ufffd')
    expect(long?.message).toBe('x'.repeat(65_536))
    expect(long?.fields).toMatchObject({ truncated: true })
  })

  test('is read until the end also while it is being stopped', async () => {
    const { backend, log, spawn } = started()
    const farewell = `i=0; while [ $i -lt 5000 ]; do echo bye $i; i=$((i+1)); done; exit 0`
    const handle = await spawn(`trap '${farewell}' TERM; echo up; while :; do sleep 0.05; done`)
    await backend.stopInstance(handle)
    expect(log.messages().filter((message) => message.startsWith('bye'))).toHaveLength(5_000)
  })
})

async function pidSaid(log: RecordedLog): Promise<number> {
  const { message } = await log.line((line) => line.message.startsWith('pid='))
  return Number(message.slice('pid='.length))
}
