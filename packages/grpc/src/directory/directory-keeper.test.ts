import { silentLogger } from '@modkit/core/spi'
import { FakeClock, ModuleManager } from '@modkit/core/spi'
import type { Clock } from '@modkit/core'
import { expect, test } from '@jest/globals'
import { DirectoryKeeper } from './directory-keeper.js'

const SECOND = 1_000

function createKeeper() {
  const clock = new FakeClock()
  let wallMs = 0
  const jumping: Clock = {
    now: () => clock.now() + wallMs,
    monotonic: () => clock.monotonic(),
    after: (ms, callback) => clock.after(ms, callback),
  }
  const manager = new ModuleManager({ clock: jumping })
  const keeper = new DirectoryKeeper({ manager, clock: jumping, logger: silentLogger })
  let isAvailable = true
  const own = {
    module: 'users',
    instanceId: 'host',
    services: { 'users.v1.Users': 'http://127.0.0.1:1' },
    pid: 1,
    startedAt: 0,
    isAvailable: () => isAvailable,
  }
  const child = { module: 'calculator', instanceId: 'child', services: { 'c.v1.C': 'http://127.0.0.1:2' } }
  const heartbeat = (): void => {
    if (!manager.updateHeartbeat('calculator', 'child', manager.now())) manager.registerInstance(child)
  }
  return {
    clock,
    manager,
    keeper,
    open: () => keeper.open([own]),
    heartbeat,
    fail: () => (isAvailable = false),
    setWallClock: (ms: number) => (wallMs += ms),
    states: () => Object.fromEntries(manager.allInstances().map(({ module, state }) => [module, state])),
  }
}

test('the modules of the process can be found at once, and for as long as it serves', async () => {
  const { clock, manager, keeper, open, states } = createKeeper()
  open()
  expect(manager.pickService('users.v1.Users')).toMatchObject({ endpoint: 'http://127.0.0.1:1' })
  expect(manager.allInstances()).toMatchObject([{ owner: 'host', pid: 1 }])
  await clock.advance(600 * SECOND)
  expect(states()).toEqual({ users: 'ready' })
  keeper.close()
  expect(states()).toEqual({})
  expect(clock.pendingTimers).toBe(0)
})

test('a module of the process that has failed cannot be found any more', async () => {
  const { clock, open, fail, states } = createKeeper()
  open()
  fail()
  await clock.advance(SECOND)
  expect(states()).toEqual({})
})

test('an instance that falls silent is given up after 15 s, forgotten after 45 s, and welcome back', async () => {
  const { clock, open, heartbeat, states } = createKeeper()
  open()
  heartbeat()
  heartbeat()
  await clock.advance(14 * SECOND)
  expect(states()).toMatchObject({ calculator: 'healthy' })
  await clock.advance(2 * SECOND)
  expect(states()).toMatchObject({ calculator: 'quarantined' })
  heartbeat()
  expect(states()).toMatchObject({ calculator: 'healthy' })
  await clock.advance(46 * SECOND)
  expect(states()).toEqual({ users: 'ready' })
})

test.each([3_600 * SECOND, -3_600 * SECOND])('a wall clock that jumps by %i ms costs nobody anything', async (jump) => {
  const { clock, open, heartbeat, setWallClock, states } = createKeeper()
  open()
  heartbeat()
  heartbeat()
  setWallClock(jump)
  await clock.advance(5 * SECOND)
  expect(states()).toEqual({ users: 'ready', calculator: 'healthy' })
  heartbeat()
  await clock.advance(14 * SECOND)
  expect(states()).toEqual({ users: 'ready', calculator: 'healthy' })
})

test('a process that stood still gives everybody time to be heard from before it judges them', async () => {
  const { manager, keeper, states } = createKeeper()
  keeper.close()
  // Monotonic time jumps while no timer fires, as it does when the event loop is blocked.
  let monotonicMs = 0
  let pass: () => void = () => undefined
  const clock: Clock = {
    now: () => monotonicMs,
    monotonic: () => monotonicMs,
    after: (_, callback) => {
      pass = callback
      return { cancel: () => undefined }
    },
  }
  const still = new ModuleManager({ clock })
  const stillKeeper = new DirectoryKeeper({ manager: still, clock, logger: silentLogger })
  stillKeeper.open([])
  still.registerInstance({ module: 'calculator', instanceId: 'child', services: {} })
  still.markReady('calculator', 'child')
  const passAt = (ms: number): string | undefined => {
    monotonicMs = ms
    pass()
    return still.instancesOf('calculator')[0]?.state
  }
  expect(passAt(SECOND)).toBe('ready')
  expect(passAt(61 * SECOND)).toBe('ready')
  for (let second = 62; second < 76; second++) expect(passAt(second * SECOND)).toBe('ready')
  expect(passAt(76 * SECOND)).toBe('quarantined')
  expect([manager.allInstances(), states()]).toEqual([[], {}])
})
