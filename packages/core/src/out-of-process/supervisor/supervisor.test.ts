import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from '@jest/globals'
import { isRunning } from '../../../test/support/processes.js'
import { RecordedLog } from '../../../test/support/recorded-log.js'
import { FakeClock } from '../../time/fake-clock.js'
import type { ModuleBackend } from '../backend.js'
import { LocalProcessBackend } from '../local-process-backend.js'
import type { MovedModule } from '../moved-module.js'
import type { InstanceIdentity } from '../module-instance.js'
import { ModuleManager } from '../module-manager.js'
import type { ChildReadiness, ChildStep, FollowedChild } from './child-readiness.js'
import { DirectoryReadiness } from './directory-readiness.js'
import { defaultRestartPolicy, type RestartPolicy } from './restart-policy.js'
import { Supervisor } from './supervisor.js'

const START_DEADLINE_MS = 1_000

const backends: LocalProcessBackend[] = []

afterEach(async () => {
  await Promise.all(backends.splice(0).map((backend) => backend.shutdownAll()))
})

/** Hears from children what the test says that it hears. */
class ToldReadiness implements ChildReadiness {
  readonly announced: InstanceIdentity[] = []
  readonly #listeners = new Map<string, (step: ChildStep) => void>()

  follow(child: InstanceIdentity, listener: (step: ChildStep) => void): FollowedChild {
    this.announced.push(child)
    this.#listeners.set(child.instanceId, listener)
    const forget = (): void => void this.#listeners.delete(child.instanceId)
    return { token: `token ${String(this.announced.length)}`, health: () => undefined, forget }
  }

  get followed(): number {
    return this.#listeners.size
  }

  say(index: number, step: ChildStep): void {
    this.#listeners.get(this.announced[index]?.instanceId ?? '')?.(step)
  }
}

function supervising(directory?: ModuleManager) {
  const log = new RecordedLog()
  const clock = new FakeClock()
  const shutdown = new AbortController()
  const backend = new LocalProcessBackend({ signal: new AbortController().signal, logger: log.logger, clock })
  backends.push(backend)
  const readiness = new ToldReadiness()
  const givenUp: string[] = []
  const supervisor = new Supervisor({
    signal: shutdown.signal,
    logger: log.logger,
    clock,
    startDeadlineMs: START_DEADLINE_MS,
    readiness: directory ? new DirectoryReadiness(directory) : readiness,
    onGivenUp: (module, reason) => givenUp.push(`${module}: ${reason}`),
    random: () => 0,
  })
  const moved = (script: string, more: MoreOf = {}): MovedModule => {
    const { restart, ...others } = more
    return { ...movedModule(backend, script), ...others, restart: { ...defaultRestartPolicy, ...restart } }
  }
  return { log, clock, shutdown, backend, readiness, givenUp, supervisor, moved }
}

type MoreOf = Partial<Omit<MovedModule, 'restart'>> & { restart?: Partial<RestartPolicy> }

function movedModule(backend: ModuleBackend, script: string): Omit<MovedModule, 'restart'> {
  return {
    name: 'worker',
    backend,
    binary: '/bin/sh',
    args: ['-c', script],
    environment: {},
    workingDirectory: undefined,
    renderedConfig: '{}',
    withheldEnv: [],
    instances: 1,
    saysWhenReady: false,
  }
}

/** Resolves once this holds; the time limit of the test bounds it. */
async function eventually(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve))
}

const SLEEPS = 'exec sleep 30'

describe('a child', () => {
  test('that says itself when it is ready comes there step by step, and may fall back', async () => {
    const { supervisor, moved, readiness } = supervising()
    const state = (): unknown => supervisor.report()[0]?.state
    const spawned = supervisor.spawn(moved(SLEEPS, { saysWhenReady: true }), undefined)
    expect(state()).toBe('spawning')
    await spawned
    expect(state()).toBe('spawning')
    const ready = supervisor.ready('worker', START_DEADLINE_MS)
    for (const step of ['connected', 'registered', 'ready'] as const) {
      expect(supervisor.report()[0]?.instance).not.toHaveProperty('readyAt')
      readiness.say(0, step)
      expect(state()).toBe(step)
    }
    await ready
    readiness.say(0, 'registered')
    expect(state()).toBe('registered')
    readiness.say(0, 'ready')
    await supervisor.giveUp('worker')
    await eventually(() => state() === 'exited')
    expect(readiness.followed).toBe(0)
    const states = supervisor
      .report()[0]
      ?.history[0]?.states.map((change) => change.state)
      .join(' ')
    expect(states).toBe('spawning connected registered ready registered ready draining exited')
  })

  test('that keeps changing its state is remembered by the last twenty', async () => {
    const { supervisor, moved, readiness } = supervising()
    await supervisor.spawn(moved(SLEEPS, { saysWhenReady: true }), undefined)
    for (let i = 0; i < 30; i++) readiness.say(0, i % 2 === 0 ? 'registered' : 'ready')
    const states = supervisor.report()[0]?.instance?.states
    expect(states).toHaveLength(20)
    expect(states?.at(-1)?.state).toBe('ready')
  })

  test('of which nobody hears is ready when it runs', async () => {
    const { supervisor, moved, clock, readiness } = supervising()
    await supervisor.spawn(moved(SLEEPS), undefined)
    await supervisor.ready('worker', START_DEADLINE_MS)
    const [announced] = readiness.announced
    expect(supervisor.report()).toEqual([
      {
        module: 'worker',
        index: 1,
        backend: 'local_process',
        state: 'ready',
        restarts: 0,
        memory: { bytes: expect.any(Number), peakBytes: expect.any(Number) },
        instance: {
          instanceId: announced?.instanceId,
          pid: expect.any(Number),
          spawnedAt: clock.now(),
          readyAt: clock.now(),
          states: [
            { state: 'spawning', at: clock.now() },
            { state: 'ready', at: clock.now() },
          ],
        },
        history: [],
      },
    ])
    expect(supervisor.report()[0]?.memory?.bytes).toBeGreaterThan(10_000)
  })

  test('is announced with the token and the id that it gets', async () => {
    const { supervisor, moved, readiness, log } = supervising()
    const told = 'echo "$MODKIT_INSTANCE_ID $MODKIT_DIRECTORY_TOKEN $MODKIT_DIRECTORY_ENDPOINT"; exec sleep 30'
    await supervisor.spawn(moved(told), 'http://127.0.0.1:1')
    const [{ module, instanceId }] = readiness.announced as [InstanceIdentity]
    expect(module).toBe('worker')
    await log.line(`${instanceId} token 1 http://127.0.0.1:1`)
  })

  test('that does not get ready in time is ended, and counts as failed', async () => {
    const { supervisor, moved, clock, log, givenUp } = supervising()
    await supervisor.spawn(moved(SLEEPS, { saysWhenReady: true, restart: { condition: 'never' } }), undefined)
    const ready = supervisor.ready('worker', 2 * START_DEADLINE_MS)
    const pid = supervisor.report()[0]?.instance?.pid ?? NaN
    await clock.advance(START_DEADLINE_MS)
    await expect(ready).rejects.toMatchObject({
      code: 'OOP_NOT_READY',
      details: { module: 'worker', reason: 'it was not ready after 1 s' },
    })
    expect(await isRunning(pid)).toBe(false)
    expect(givenUp).toEqual(['worker: it was not ready after 1 s'])
    expect(log.messages('error')).toEqual(['OoP module has failed and is not started again'])
    expect(clock.pendingTimers).toBe(0)
  })

  test('is not waited for once the host stops, and ended then, so that nothing is left behind', async () => {
    const { supervisor, moved, shutdown, clock } = supervising()
    await supervisor.spawn(moved(SLEEPS, { saysWhenReady: true }), undefined)
    const pid = supervisor.report()[0]?.instance?.pid ?? NaN
    const ready = supervisor.ready('worker', START_DEADLINE_MS)
    shutdown.abort()
    await clock.advance(0)
    await expect(ready).rejects.toMatchObject({
      code: 'CANCELLED',
      message: 'The start of module "worker" in its process was cancelled.',
    })
    await eventually(() => supervisor.report()[0]?.state === 'exited')
    expect(await isRunning(pid)).toBe(false)
  })

  test('is not waited for longer than is asked for, and ended then', async () => {
    const { supervisor, moved, clock } = supervising()
    await supervisor.spawn(moved(SLEEPS, { saysWhenReady: true }), undefined)
    const pid = supervisor.report()[0]?.instance?.pid ?? NaN
    const ready = supervisor.ready('worker', 10)
    await clock.advance(10)
    await expect(ready).rejects.toMatchObject({ code: 'OOP_NOT_READY' })
    expect(await isRunning(pid)).toBe(false)
    await eventually(() => supervisor.report()[0]?.state === 'exited')
  })
})

describe('a child that ends by itself', () => {
  test('is started again, each time after twice the wait, until there is no hope', async () => {
    const { supervisor, moved, clock, log, givenUp } = supervising()
    await supervisor.spawn(moved('exit 3'), undefined)
    for (const [restarts, backoffMs] of [500, 1_000, 2_000, 4_000, 8_000].entries()) {
      await eventually(() => supervisor.report()[0]?.state === 'waiting')
      expect(supervisor.report()[0]).toMatchObject({ restarts, reason: 'exit code 3' })
      expect(supervisor.report()[0]).not.toHaveProperty('instance')
      await clock.advance(backoffMs - 1)
      expect(supervisor.report()[0]).toMatchObject({ state: 'waiting', restarts })
      await clock.advance(1)
    }
    await eventually(() => supervisor.report()[0]?.state === 'quarantined')
    const reason = '5 restarts in 60 s did not help: exit code 3'
    expect(givenUp).toEqual([`worker: ${reason}`])
    const [{ history, restarts, ...child }] = supervisor.report() as [ReturnType<Supervisor['report']>[number]]
    expect(child).toMatchObject({ reason })
    expect(restarts).toBe(5)
    expect(new Set(history.map(({ instanceId }) => instanceId)).size).toBe(6)
    expect(history.every(({ end, endedAt }) => end === 'exit code 3' && endedAt !== undefined)).toBe(true)
    expect(log.messages('error')).toEqual(['OoP module keeps failing and is quarantined'])
    expect(clock.pendingTimers).toBe(0)
  })

  test('has as many restarts as the window allows, for ever', async () => {
    const { supervisor, moved, clock } = supervising()
    const restart = { maxRestarts: 1, windowMs: 1_000, backoffMs: 100, maxBackoffMs: 100 }
    await supervisor.spawn(moved(SLEEPS, { restart }), undefined)
    for (let i = 0; i < 3; i++) {
      const { pid } = supervisor.report()[0]?.instance ?? {}
      process.kill(pid ?? NaN, 'SIGKILL')
      await eventually(() => supervisor.report()[0]?.state === 'waiting')
      await clock.advance(1_000)
      await eventually(() => supervisor.report()[0]?.state === 'ready')
      expect(supervisor.report()[0]).toMatchObject({ restarts: i + 1 })
    }
    expect(supervisor.report()[0]?.history.map(({ end }) => end)).toEqual(Array(3).fill('signal SIGKILL'))
  })

  test.each([
    { what: 'well', condition: 'on_failure', code: 0, state: 'exited', givenUp: 0 },
    { what: 'well', condition: 'always', code: 0, state: 'waiting', givenUp: 0 },
    { what: 'well', condition: 'never', code: 0, state: 'exited', givenUp: 0 },
    { what: 'badly', condition: 'never', code: 1, state: 'exited', givenUp: 1 },
  ] as const)('$what is $state where the policy is $condition', async ({ condition, code, state, givenUp: count }) => {
    const { supervisor, moved, givenUp, clock } = supervising()
    await supervisor.spawn(moved(`exit ${String(code)}`, { restart: { condition } }), undefined)
    await eventually(() => supervisor.report()[0]?.history.length === 1)
    expect(supervisor.report()[0]).toMatchObject({ state, reason: `exit code ${String(code)}` })
    expect(givenUp).toHaveLength(count)
    expect(clock.pendingTimers).toBe(state === 'waiting' ? 1 : 0)
  })

  test.each(['on_failure', 'always'] as const)(
    'for what it is configured to be is not started again, policy %s, and what it said is the reason',
    async (condition) => {
      const { supervisor, moved, givenUp, log } = supervising()
      const said = [
        'The host did not start.',
        'PHASE_FAILED: Module "worker" failed in phase "init".',
        '  -> Read the cause below.',
        '  Caused by: MODULE_CONFIG_INVALID: The configuration of module "worker" does not fit.',
        '      at init (worker.js:1:1)',
      ]
      const script = `${said.map((line) => `echo '${line}' >&2`).join('; ')}; exit 78`
      await supervisor.spawn(moved(script, { restart: { condition } }), undefined)
      await eventually(() => supervisor.report()[0]?.state === 'quarantined')
      const reason =
        'exit code 78: PHASE_FAILED: Module "worker" failed in phase "init". ' +
        'Caused by MODULE_CONFIG_INVALID: The configuration of module "worker" does not fit'
      expect(supervisor.report()[0]).toMatchObject({ reason, restarts: 0, history: [{ end: reason }] })
      expect(givenUp).toEqual([`worker: ${reason}`])
      expect(await log.line('OoP module cannot run as it is configured and is quarantined')).toMatchObject({
        level: 'error',
        fields: { module: 'worker', index: 1, reason },
      })
    },
  )

  test('is not started again once the shutdown has begun', async () => {
    const { supervisor, moved, shutdown, clock, log } = supervising()
    await supervisor.spawn(moved('exit 3'), undefined)
    await eventually(() => supervisor.report()[0]?.state === 'waiting')
    shutdown.abort()
    await eventually(() => supervisor.report()[0]?.state === 'exited')
    expect(clock.pendingTimers).toBe(0)
    expect(log.messages('info').filter((message) => message.startsWith('Spawned'))).toHaveLength(1)
  })

  test('and cannot be spawned any more has failed again', async () => {
    const { supervisor, moved, clock } = supervising()
    const folder = await mkdtemp(join(tmpdir(), 'modkit-supervisor-'))
    const binary = join(folder, 'worker')
    await writeFile(binary, '#!/bin/sh\nexit 3\n')
    await chmod(binary, 0o755)
    await supervisor.spawn(moved('', { binary, restart: { maxRestarts: 2 } }), undefined)
    await eventually(() => supervisor.report()[0]?.state === 'waiting')
    await rm(folder, { recursive: true })
    await clock.advance(500)
    await eventually(() => supervisor.report()[0]?.history.length === 2)
    expect(supervisor.report()[0]).toMatchObject({ state: 'waiting', reason: expect.stringContaining('ENOENT') })
    await clock.advance(1_000)
    await eventually(() => supervisor.report()[0]?.state === 'quarantined')
  })

  test('is remembered for twenty lives', async () => {
    const { supervisor, moved, clock } = supervising()
    const restart = { maxRestarts: 1_000, backoffMs: 1, maxBackoffMs: 1 }
    await supervisor.spawn(moved('exit 1', { restart }), undefined)
    for (let i = 0; i < 22; i++) {
      await eventually(() => supervisor.report()[0]?.state === 'waiting')
      await clock.advance(1)
    }
    await eventually(() => supervisor.report()[0]?.state === 'waiting')
    expect(supervisor.report()[0]).toMatchObject({ restarts: 22 })
    expect(supervisor.report()[0]?.history).toHaveLength(20)
  })
})

describe('several instances of a module', () => {
  test('are looked after one by one', async () => {
    const { supervisor, moved, clock } = supervising()
    await supervisor.spawn(moved(SLEEPS, { instances: 3 }), undefined)
    const pids = (): readonly unknown[] => supervisor.report().map(({ instance }) => instance?.pid)
    const [first, second, third] = pids() as readonly number[]
    expect(supervisor.report().map(({ index }) => index)).toEqual([1, 2, 3])
    expect(new Set([first, second, third]).size).toBe(3)
    process.kill(second ?? NaN, 'SIGKILL')
    await eventually(() => supervisor.report()[1]?.state === 'waiting')
    expect(pids()).toEqual([first, undefined, third])
    await clock.advance(500)
    await eventually(() => supervisor.report()[1]?.state === 'ready')
    expect(pids()).toEqual([first, expect.any(Number), third])
    expect(supervisor.report().map(({ restarts }) => restarts)).toEqual([0, 1, 0])
  })

  test('run all or none when they are first spawned', async () => {
    const { supervisor, moved, backend } = supervising()
    let count = 0
    const failing: ModuleBackend = {
      kind: backend.kind,
      spawnInstance: (config) =>
        backend.spawnInstance({ ...config, binary: ++count === 2 ? '/no/such' : config.binary! }),
      stopInstance: (handle) => backend.stopInstance(handle),
      instanceExit: (handle) => backend.instanceExit(handle),
      listInstances: (module) => backend.listInstances(module),
      shutdownAll: () => backend.shutdownAll(),
    }
    const spawned = supervisor.spawn(moved(SLEEPS, { instances: 3, backend: failing }), undefined)
    await expect(spawned).rejects.toMatchObject({ code: 'SPAWN_FAILED' })
    expect(await backend.listInstances('worker')).toEqual([])
    await eventually(() => supervisor.report().every(({ state }) => state === 'exited'))
  })
})

describe('a module that is given up', () => {
  test('while it is being spawned does not come after all', async () => {
    const { supervisor, moved, backend } = supervising()
    let letGo: () => void = () => undefined
    const held = new Promise<void>((resolve) => (letGo = resolve))
    const slow: ModuleBackend = {
      kind: backend.kind,
      spawnInstance: async (config) => {
        const handle = await backend.spawnInstance(config)
        await held
        return handle
      },
      stopInstance: (handle) => backend.stopInstance(handle),
      instanceExit: (handle) => backend.instanceExit(handle),
      listInstances: (module) => backend.listInstances(module),
      shutdownAll: () => backend.shutdownAll(),
    }
    const spawned = supervisor.spawn(moved(SLEEPS, { backend: slow }), undefined)
    await supervisor.giveUp('worker')
    letGo()
    await spawned
    expect(await backend.listInstances('worker')).toEqual([])
    await eventually(() => supervisor.report()[0]?.state === 'exited')
  })

  test('is gone also where the backend does not tell when an instance has ended', async () => {
    const { supervisor, moved, backend } = supervising()
    const silent: ModuleBackend = {
      kind: 'silent',
      spawnInstance: (config) => backend.spawnInstance({ ...config, backend: backend.kind }),
      stopInstance: (handle) => backend.stopInstance(handle),
      listInstances: (module) => backend.listInstances(module),
      shutdownAll: () => backend.shutdownAll(),
    }
    await supervisor.spawn(moved(SLEEPS, { backend: silent, instances: 2 }), undefined)
    supervisor.drain()
    expect(supervisor.report().map(({ state }) => state)).toEqual(['draining', 'draining'])
    await silent.shutdownAll()
    supervisor.markGone(silent)
    await eventually(() => supervisor.report().every(({ state }) => state === 'exited'))
  })
})

describe('a child that the directory hears from', () => {
  const registered = async () => {
    const directory = new ModuleManager()
    const { supervisor, moved, log } = supervising(directory)
    const script = 'echo "$MODKIT_DIRECTORY_TOKEN"; exec sleep 30'
    await supervisor.spawn(moved(script, { saysWhenReady: true, restart: { condition: 'never' } }), undefined)
    const { message: token } = await log.line(({ fields }) => 'stream' in fields)
    const { module, instanceId } = directory.tokens.identify(token) as InstanceIdentity
    directory.registerInstance({ module, instanceId, services: { 'w.v1.Worker': 'http://127.0.0.1:1' } })
    return { directory, supervisor, token, instanceId }
  }

  test('is ready when it can be called, and not while it cannot', async () => {
    const { directory, supervisor, instanceId } = await registered()
    const state = (): unknown => supervisor.report()[0]?.state
    const ready = supervisor.ready('worker', START_DEADLINE_MS)
    expect(state()).toBe('registered')
    directory.updateHeartbeat('worker', instanceId, directory.now())
    await ready
    expect(state()).toBe('ready')
    const health = { status: 'degraded', detail: 'no paper' } as const
    directory.noteHealth({ module: 'worker', instanceId }, health)
    expect(supervisor.report()[0]?.instance?.health).toEqual(health)
    directory.markQuarantined('worker', instanceId)
    expect(state()).toBe('registered')
    directory.updateHeartbeat('worker', instanceId, directory.now())
    expect(state()).toBe('ready')
  })

  test('is nowhere to be found any more once it has died, and its token is worth nothing', async () => {
    const { directory, supervisor, token, instanceId } = await registered()
    directory.markReady('worker', instanceId)
    expect(directory.pickService('w.v1.Worker')).toMatchObject({ instanceId })
    process.kill(supervisor.report()[0]?.instance?.pid ?? NaN, 'SIGKILL')
    await eventually(() => supervisor.report()[0]?.state === 'exited')
    expect(directory.pickService('w.v1.Worker')).toBeUndefined()
    expect(directory.instancesOf('worker')).toEqual([])
    expect(directory.tokens.identify(token)).toBeUndefined()
  })
})
