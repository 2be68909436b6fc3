import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Clock } from '../time/clock.js'
import { FakeClock } from '../time/fake-clock.js'
import { ModuleManager } from './module-manager.js'
import type { InstanceState } from './module-instance.js'

const TTL = 15_000
const GRACE = 30_000

/** A manager with healthy instances of one module that offer the service `s`, all heard from at time 0. */
function managerOf(...ids: readonly string[]): ModuleManager {
  const manager = new ModuleManager()
  for (const instanceId of ids) {
    manager.registerInstance({ module: 'm', instanceId, services: { s: `http://${instanceId}` } }, 0)
    manager.updateHeartbeat('m', instanceId, 0)
  }
  return manager
}

const statesOf = (manager: ModuleManager): readonly InstanceState[] =>
  manager.instancesOf('m').map(({ state }) => state)
const picks = (manager: ModuleManager, count: number): readonly (string | undefined)[] =>
  Array.from({ length: count }, () => manager.pickInstance('m')?.instanceId)
const servicePicks = (manager: ModuleManager, count: number): readonly (string | undefined)[] =>
  Array.from({ length: count }, () => manager.pickService('s')?.instanceId)

describe('registering an instance', () => {
  test('makes it known, at the time of the clock, but not yet fit to be picked', () => {
    const clock = new FakeClock()
    const manager = new ModuleManager({ clock })
    manager.registerInstance({ module: 'm', instanceId: 'a', services: { s: 'http://a' }, version: '1.0', pid: 7 })
    expect(manager.instancesOf('m')).toEqual([
      {
        module: 'm',
        instanceId: 'a',
        services: { s: 'http://a' },
        version: '1.0',
        pid: 7,
        state: 'registered',
        lastHeartbeatMs: clock.now(),
      },
    ])
    expect(manager.pickInstance('m')).toBeUndefined()
    expect(manager.pickService('s')).toBeUndefined()
  })

  test('again replaces what it offers and leaves one that serves in service', () => {
    for (const state of ['ready', 'healthy'] as const) {
      const manager = managerOf('a')
      if (state === 'ready') manager.markReady('m', 'a')
      manager.registerInstance({ module: 'm', instanceId: 'a', services: { t: 'http://new' } }, 5)
      expect(manager.instancesOf('m')).toEqual([
        { module: 'm', instanceId: 'a', services: { t: 'http://new' }, state, lastHeartbeatMs: 5 },
      ])
      expect(manager.pickService('t')?.endpoint).toBe('http://new')
      expect(manager.pickService('s')).toBeUndefined()
    }
  })

  test('again brings one that did not serve back to its beginning', () => {
    const manager = managerOf('a', 'b')
    manager.markQuarantined('m', 'a')
    manager.markDraining('m', 'b')
    for (const instanceId of ['a', 'b']) manager.registerInstance({ module: 'm', instanceId, services: {} }, 1)
    expect(statesOf(manager)).toEqual(['registered', 'registered'])
  })

  test('keeps what was given, whatever becomes of the caller’s object', () => {
    const services: Record<string, string> = { s: 'http://a' }
    const manager = new ModuleManager()
    manager.registerInstance({ module: 'm', instanceId: 'a', services })
    services['s'] = 'http://evil'
    expect(manager.instancesOf('m')[0]?.services).toEqual({ s: 'http://a' })
  })

  test('tells instances of different modules apart, though their ids be equal', () => {
    const manager = managerOf('a')
    manager.registerInstance({ module: 'n', instanceId: 'a', services: {} }, 0)
    expect(manager.deregister('n', 'a')).toBe(true)
    expect(manager.allInstances().map(({ module }) => module)).toEqual(['m'])
  })
})

describe('the state of an instance', () => {
  test.each<[InstanceState, InstanceState]>([
    ['registered', 'healthy'],
    ['ready', 'ready'],
    ['healthy', 'healthy'],
    ['quarantined', 'healthy'],
    ['draining', 'draining'],
  ])('%s becomes %s with a heartbeat', (before, after) => {
    const manager = new ModuleManager()
    manager.registerInstance({ module: 'm', instanceId: 'a', services: {} }, 0)
    if (before === 'healthy') manager.updateHeartbeat('m', 'a', 0)
    if (before === 'ready') manager.markReady('m', 'a')
    if (before === 'quarantined') manager.markQuarantined('m', 'a')
    if (before === 'draining') manager.markDraining('m', 'a')
    expect(statesOf(manager)).toEqual([before])
    expect(manager.updateHeartbeat('m', 'a', 9)).toBe(true)
    expect(manager.instancesOf('m')[0]).toMatchObject({ state: after, lastHeartbeatMs: 9 })
  })

  test('of an unknown instance cannot be changed, which is said and is no error', () => {
    const manager = managerOf('a')
    expect(manager.updateHeartbeat('m', 'x', 0)).toBe(false)
    expect(manager.markReady('x', 'a')).toBe(false)
    expect(manager.markQuarantined('m', 'x')).toBe(false)
    expect(manager.markDraining('m', 'x')).toBe(false)
    expect(manager.deregister('m', 'x')).toBe(false)
    expect(statesOf(manager)).toEqual(['healthy'])
  })
})

describe('eviction', () => {
  test('quarantines an instance that has been silent for the TTL, not a millisecond earlier', () => {
    const manager = managerOf('a')
    expect(manager.evictStale(TTL - 1)).toEqual({ quarantined: [], removed: [] })
    expect(manager.evictStale(TTL).quarantined.map(({ instanceId }) => instanceId)).toEqual(['a'])
    expect(statesOf(manager)).toEqual(['quarantined'])
  })

  test('removes it once it has been silent for the grace as well', () => {
    const manager = managerOf('a')
    manager.evictStale(TTL)
    expect(manager.evictStale(TTL + GRACE - 1).removed).toEqual([])
    expect(manager.evictStale(TTL + GRACE).removed.map(({ instanceId }) => instanceId)).toEqual(['a'])
    expect(manager.allInstances()).toEqual([])
  })

  test('never does both at once', () => {
    const manager = managerOf('a')
    manager.evictStale(TTL + GRACE)
    expect(statesOf(manager)).toEqual(['quarantined'])
  })

  test('is undone by a heartbeat', () => {
    const manager = managerOf('a')
    manager.evictStale(TTL)
    manager.updateHeartbeat('m', 'a', TTL + 1)
    expect(manager.pickInstance('m')?.instanceId).toBe('a')
    manager.evictStale(2 * TTL)
    expect(statesOf(manager)).toEqual(['healthy'])
  })

  test('removes an instance that went silent while it was draining', () => {
    const manager = managerOf('a')
    manager.markDraining('m', 'a')
    manager.evictStale(TTL + GRACE - 1)
    expect(statesOf(manager)).toEqual(['draining'])
    manager.evictStale(TTL + GRACE)
    expect(manager.allInstances()).toEqual([])
  })

  test('goes by the times that the options say', () => {
    const manager = new ModuleManager({ ttlMs: 10, graceMs: 5 })
    manager.registerInstance({ module: 'm', instanceId: 'a', services: {} }, 0)
    manager.evictStale(10)
    expect(statesOf(manager)).toEqual(['quarantined'])
    manager.evictStale(15)
    expect(manager.allInstances()).toEqual([])
  })
})

describe('those who follow where a service is', () => {
  function follow(manager: ModuleManager): { told: string[][]; stop: () => void } {
    const told: string[][] = []
    const stop = manager.onOffersChanged((services) => told.push([...services].sort()))
    return { told, stop }
  }

  test('are told when an instance begins or ceases to serve, and of nothing else', () => {
    const manager = new ModuleManager()
    const { told, stop } = follow(manager)
    manager.registerInstance({ module: 'm', instanceId: 'a', services: { s: 'http://a', t: 'http://a' } }, 0)
    expect(told).toEqual([])
    manager.updateHeartbeat('m', 'a', 0)
    manager.updateHeartbeat('m', 'a', 1)
    manager.markReady('m', 'a')
    expect(told).toEqual([['s', 't']])
    manager.evictStale(TTL + 1)
    manager.updateHeartbeat('m', 'a', TTL + 2)
    manager.deregister('m', 'a')
    manager.deregister('m', 'a')
    expect(told).toEqual(Array.from({ length: 4 }, () => ['s', 't']))
    stop()
    manager.registerInstance({ module: 'm', instanceId: 'a', services: { s: 'http://a' } }, 0)
    manager.markReady('m', 'a')
    expect(told).toHaveLength(4)
  })

  test('hear of what an instance offered before, and offers now', () => {
    const manager = managerOf('a')
    const { told } = follow(manager)
    manager.registerInstance({ module: 'm', instanceId: 'a', services: { t: 'http://b' } }, 0)
    expect(told).toEqual([['s', 't']])
    expect([manager.endpointsOf('s'), manager.endpointsOf('t')]).toEqual([
      [],
      [{ module: 'm', instanceId: 'a', endpoint: 'http://b' }],
    ])
  })
})

describe('an instance that is about to be spawned', () => {
  const child = { module: 'm', instanceId: 'a', token: 'drawn by who spawns it' }

  test('is followed from its registration to its end, step by step', () => {
    const manager = new ModuleManager()
    const steps: string[] = []
    const end = manager.follow(child, (step) => steps.push(step))
    manager.registerInstance({ module: 'm', instanceId: 'b', services: {} }, 0)
    manager.registerInstance({ module: 'm', instanceId: 'a', services: { s: 'http://a' } }, 0)
    manager.updateHeartbeat('m', 'a', 0)
    manager.markReady('m', 'a')
    manager.evictStale(TTL)
    manager.updateHeartbeat('m', 'a', TTL)
    manager.deregister('m', 'a')
    expect(steps).toEqual(['registered', 'ready', 'registered', 'ready', 'draining'])
    end()
    manager.registerInstance({ module: 'm', instanceId: 'a', services: {} }, 0)
    expect(steps).toHaveLength(5)
  })

  test('has not left because nobody heard from it, and may come back', () => {
    const manager = new ModuleManager()
    const steps: string[] = []
    manager.follow(child, (step) => steps.push(step))
    const registration = { module: 'm', instanceId: 'a', services: { s: 'http://a' } }
    manager.registerInstance(registration, 0)
    manager.markReady('m', 'a')
    manager.evictStale(TTL)
    expect(manager.evictStale(TTL + GRACE).removed).toHaveLength(1)
    expect(manager.allInstances()).toEqual([])
    manager.registerInstance(registration, TTL + GRACE)
    manager.markReady('m', 'a')
    expect(steps).toEqual(['registered', 'ready', 'registered', 'ready'])
  })

  test('has a token that is good until it is gone, and with it everything that it offered', () => {
    const manager = new ModuleManager()
    const end = manager.follow(child, () => undefined)
    expect(manager.tokens.identify(child.token)).toEqual({ module: 'm', instanceId: 'a' })
    manager.registerInstance({ module: 'm', instanceId: 'a', services: { s: 'http://a' } }, 0)
    manager.markReady('m', 'a')
    end()
    expect(manager.tokens.identify(child.token)).toBeUndefined()
    expect(manager.pickService('s')).toBeUndefined()
    expect(manager.allInstances()).toEqual([])
  })
})

test('the time of a manager goes on when the wall clock is set back or forward', () => {
  const clock = new FakeClock()
  let set = 0
  const jumping: Clock = {
    now: () => clock.now() + set,
    monotonic: () => clock.monotonic(),
    after: (ms, callback) => clock.after(ms, callback),
  }
  const manager = new ModuleManager({ clock: jumping })
  expect(manager.now()).toBe(clock.now())
  for (const jump of [3_600_000, -3_600_000]) {
    set = jump
    expect(manager.now()).toBe(clock.now())
  }
})

describe('picking', () => {
  test('takes ready and healthy instances in turn', () => {
    const manager = managerOf('a', 'b', 'c')
    manager.markReady('m', 'b')
    expect(picks(manager, 6)).toEqual(['a', 'b', 'c', 'a', 'b', 'c'])
    expect(servicePicks(manager, 4)).toEqual(['a', 'b', 'c', 'a'])
  })

  test('never falls back to one that does not serve', () => {
    const manager = managerOf('a', 'b')
    manager.markQuarantined('m', 'a')
    manager.markDraining('m', 'b')
    expect(manager.pickInstance('m')).toBeUndefined()
    expect(manager.pickService('s')).toBeUndefined()
  })

  test('finds a service in any module, and says where it is', () => {
    const manager = managerOf('a')
    manager.registerInstance({ module: 'n', instanceId: 'b', services: { s: 'http://b' } }, 0)
    manager.markReady('n', 'b')
    expect([manager.pickService('s'), manager.pickService('s')]).toEqual([
      { module: 'm', instanceId: 'a', endpoint: 'http://a' },
      { module: 'n', instanceId: 'b', endpoint: 'http://b' },
    ])
  })

  test.each(['constructor', '__proto__', 'toString'])('does not take %s for a service of every instance', (name) => {
    expect(managerOf('a').pickService(name)).toBeUndefined()
  })

  test('counts turns of a module and of a service of the same name apart', () => {
    const manager = new ModuleManager()
    for (const instanceId of ['a', 'b']) {
      manager.registerInstance({ module: 'same', instanceId, services: { same: instanceId } }, 0)
      manager.markReady('same', instanceId)
    }
    expect(manager.pickInstance('same')?.instanceId).toBe('a')
    expect(manager.pickService('same')?.instanceId).toBe('a')
    expect(manager.pickInstance('same')?.instanceId).toBe('b')
  })

  test('goes on with whoever waited longest when instances come and go', () => {
    const manager = managerOf('a', 'b', 'c')
    expect(picks(manager, 2)).toEqual(['a', 'b'])
    manager.deregister('m', 'a')
    expect(picks(manager, 3)).toEqual(['c', 'b', 'c'])
    manager.registerInstance({ module: 'm', instanceId: 'd', services: {} }, 0)
    manager.markReady('m', 'd')
    expect(picks(manager, 3)).toEqual(['d', 'b', 'c'])
  })
})

const ids = ['a', 'b', 'c'] as const
const command = fc.oneof(
  fc.record({
    do: fc.constantFrom('register', 'heartbeat', 'ready', 'quarantine', 'drain', 'leave', 'pick'),
    id: fc.constantFrom(...ids),
  }),
  fc.record({ do: fc.constant('evict'), id: fc.constant('a') }),
)

function apply(manager: ModuleManager, command: { do: string; id: string }, now: number): void {
  const { id } = command
  const actions: Record<string, () => unknown> = {
    register: () => manager.registerInstance({ module: 'm', instanceId: id, services: { s: id } }, now),
    heartbeat: () => manager.updateHeartbeat('m', id, now),
    ready: () => manager.markReady('m', id),
    quarantine: () => manager.markQuarantined('m', id),
    drain: () => manager.markDraining('m', id),
    leave: () => manager.deregister('m', id),
    pick: () => manager.pickInstance('m'),
    evict: () => manager.evictStale(now),
  }
  actions[command.do]?.()
}

describe('whatever happens to the instances', () => {
  const history = fc.array(fc.tuple(command, fc.nat({ max: 20_000 })), { maxLength: 60 })

  test('only those that serve are picked, all of them equally often', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const manager = new ModuleManager()
        let now = 0
        for (const [step, elapsedMs] of steps) apply(manager, step, (now += elapsedMs))
        const serving = manager
          .instancesOf('m')
          .filter(({ state }) => state === 'ready' || state === 'healthy')
          .map(({ instanceId }) => instanceId)
        const rounds = Array.from({ length: 3 }, () => [...picks(manager, serving.length)].sort())
        expect(rounds).toEqual(rounds.map(() => [...serving].sort()))
        expect([...servicePicks(manager, serving.length)].sort()).toEqual([...serving].sort())
      }),
    )
  })

  test('after an eviction nobody serves who was silent for the TTL', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const manager = new ModuleManager()
        let now = 0
        for (const [step, elapsedMs] of steps) apply(manager, step, (now += elapsedMs))
        manager.evictStale(now)
        for (const { state, lastHeartbeatMs } of manager.allInstances()) {
          const serves = state === 'ready' || state === 'healthy'
          expect(serves && now - lastHeartbeatMs >= TTL).toBe(false)
        }
      }),
    )
  })
})
