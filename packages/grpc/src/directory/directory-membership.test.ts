import { HostError, type LogFields, type Logger, type NamedModuleHealth } from '@modkit/core'
import { FakeClock, silentLogger, type DirectoryClient, type InstanceHeartbeat } from '@modkit/core/spi'
import { expect, test } from '@jest/globals'
import { DirectoryMembership, HEARTBEAT_MS, LEAVE_MS, type MemberInstance } from './directory-membership.js'

/** Why the signal aborted, once it has. */
function reasonOf(signal: AbortSignal | undefined): Promise<unknown> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) resolve(signal.reason)
    else signal?.addEventListener('abort', () => resolve(signal.reason))
  })
}

const instance = { module: 'calculator', instanceId: 'a', services: { 'c.v1.C': 'http://127.0.0.1:1' } }

interface CreateOptions {
  readonly instances?: readonly MemberInstance[]
  readonly health?: (signal: AbortSignal) => Promise<readonly NamedModuleHealth[]>
}

/** A directory that answers as it is told to, and notes what it is asked. */
function createMembership({ instances = [instance], health }: CreateOptions = {}) {
  const clock = new FakeClock()
  const asked: string[] = []
  const lines: string[] = []
  const answers = { error: undefined as Error | undefined, hang: false, once: false }
  const answer = async (what: string, said: InstanceHeartbeat, signal?: AbortSignal): Promise<void> => {
    asked.push([what, said.instanceId, ...(said.health ? [said.health.status] : [])].join(' '))
    if (answers.hang) await reasonOf(signal).then((reason) => Promise.reject(reason))
    const { error } = answers
    if (answers.once) answers.error = undefined
    if (error) throw error
  }
  const directory: Partial<DirectoryClient> = {
    async registerInstance(registration, options) {
      await answer(registration.ready === true ? 'register' : 'register as not ready', registration, options?.signal)
      return { signingKey: Uint8Array.of(7) }
    },
    deregisterInstance: (identity, options) => answer('deregister', identity, options?.signal),
    sendHeartbeat: (identity, options) => answer('heartbeat', identity, options?.signal),
  }
  const note = (message: string, _fields?: LogFields): void => void lines.push(message)
  const logger: Logger = { ...silentLogger, info: note, warn: note }
  const keys: (Uint8Array | undefined)[] = []
  const membership = new DirectoryMembership({
    directory: directory as DirectoryClient,
    instances,
    health,
    clock,
    logger,
    onRegistered: ({ signingKey }) => keys.push(signingKey),
  })
  const never = new AbortController().signal
  return { clock, asked, lines, keys, answers, membership, leave: () => membership.leave(never) }
}

test('a process registers what it offers as ready, then sends a heartbeat every five seconds', async () => {
  const { membership, clock, asked, keys, leave } = createMembership({
    instances: [instance, { ...instance, module: 'other', instanceId: 'b' }],
  })
  membership.join()
  membership.join()
  await clock.advance(0)
  expect(asked).toEqual(['register a', 'register b'])
  expect(keys).toEqual([Uint8Array.of(7)])
  await clock.advance(HEARTBEAT_MS - 1)
  expect(asked).toHaveLength(2)
  await clock.advance(1)
  await clock.advance(HEARTBEAT_MS)
  expect(asked.slice(2)).toEqual(['heartbeat a', 'heartbeat b', 'heartbeat a', 'heartbeat b'])
  await leave()
  expect(asked.slice(6)).toEqual(['deregister a', 'deregister b'])
  expect(clock.pendingTimers).toBe(0)
})

test('a process tells how its modules are at once, and with every heartbeat', async () => {
  const answers: NamedModuleHealth[] = [{ module: 'calculator', status: 'degraded', detail: 'no paper' }]
  const { membership, clock, asked, leave } = createMembership({ health: () => Promise.resolve(answers) })
  membership.join()
  await clock.advance(0)
  expect(asked).toEqual(['register a', 'heartbeat a degraded'])
  answers[0] = { module: 'calculator', status: 'ok' }
  await clock.advance(HEARTBEAT_MS)
  expect(asked.slice(2)).toEqual(['heartbeat a ok'])
  answers.pop()
  await clock.advance(HEARTBEAT_MS)
  expect(asked.slice(3)).toEqual(['heartbeat a'])
  await leave()
  expect(clock.pendingTimers).toBe(0)
})

test('a module that does not say how it is holds up no heartbeat for longer than two seconds, and no farewell', async () => {
  const health = async (signal: AbortSignal): Promise<readonly NamedModuleHealth[]> => {
    await reasonOf(signal)
    return [{ module: 'calculator', status: 'down' }]
  }
  const { membership, clock, asked, leave } = createMembership({ health })
  membership.join()
  await clock.advance(1_999)
  expect(asked).toEqual(['register a'])
  await clock.advance(1)
  expect(asked).toEqual(['register a', 'heartbeat a down'])
  await clock.advance(HEARTBEAT_MS + 1_000)
  await leave()
  expect(asked.at(-1)).toBe('deregister a')
  expect(clock.pendingTimers).toBe(0)
})

test('one that was forgotten registers again at once', async () => {
  const { membership, clock, asked, answers, keys, leave } = createMembership()
  membership.join()
  await clock.advance(0)
  answers.error = new HostError('INSTANCE_UNKNOWN', { module: 'calculator', instanceId: 'a' })
  answers.once = true
  await clock.advance(HEARTBEAT_MS)
  expect(asked).toEqual(['register a', 'heartbeat a', 'register a'])
  expect(keys).toHaveLength(2)
  await leave()
})

test.each([
  ['by one that says nothing of its modules', undefined],
  ['by one that says how they are', () => Promise.resolve([{ module: 'calculator', status: 'ok' } as const])],
])('a directory that knows nobody, whatever is registered, is not stormed %s', async (_title, health) => {
  const { membership, clock, asked, answers, leave } = createMembership(health && { health })
  answers.error = new HostError('INSTANCE_UNKNOWN', { module: 'calculator', instanceId: 'a' })
  membership.join()
  await clock.advance(60_000)
  expect(asked.length).toBeLessThan(40)
  await leave()
})

test('a directory that is down is asked again ever more seldom, and the log says so once for each outage', async () => {
  const { membership, clock, asked, lines, answers, leave } = createMembership()
  answers.error = new HostError('DIRECTORY_UNAVAILABLE', { endpoint: 'http://127.0.0.1:1', reason: 'refused' })
  membership.join()
  await clock.advance(60_000)
  const attempts = asked.length
  expect(attempts).toBeGreaterThan(10)
  expect(attempts).toBeLessThan(40)
  expect(lines).toEqual(['Cannot reach the directory, will go on trying'])
  answers.error = undefined
  await clock.advance(5_000)
  expect(asked.at(attempts)).toBe('register a')
  expect(lines.slice(1)).toEqual(['The directory answers again'])
  answers.error = new Error('down again')
  await clock.advance(60_000)
  expect(lines.slice(2)).toEqual(['Cannot reach the directory, will go on trying'])
  answers.error = undefined
  await leave()
})

test('leaving ends an attempt that hangs, and does not wait long for a directory that does not answer', async () => {
  const { membership, clock, asked, lines, answers, leave } = createMembership()
  answers.hang = true
  membership.join()
  await clock.advance(0)
  const left = leave()
  await clock.advance(LEAVE_MS - 1)
  expect(asked).toEqual(['register a', 'deregister a'])
  expect(lines).toEqual([])
  await clock.advance(1)
  await left
  expect(lines).toEqual(['Could not take leave of the directory'])
  expect(clock.pendingTimers).toBe(0)
})

test('leaving is cut short by its deadline', async () => {
  const { membership, clock, answers, lines } = createMembership()
  answers.hang = true
  membership.join()
  await clock.advance(0)
  await membership.leave(AbortSignal.abort(new Error('no time left')))
  expect(lines).toEqual(['Could not take leave of the directory'])
})

test('one that never joined has nothing to leave', async () => {
  const { asked, leave } = createMembership()
  await leave()
  expect(asked).toEqual([])
})

test('a module that has failed is taken out once, and not registered again, while the others go on', async () => {
  let serves = true
  const failing = { ...instance, module: 'other', instanceId: 'b', isAvailable: () => serves }
  const { membership, clock, asked, answers, leave } = createMembership({ instances: [instance, failing] })
  membership.join()
  await clock.advance(HEARTBEAT_MS)
  expect(asked.splice(0)).toEqual(['register a', 'register b', 'heartbeat a', 'heartbeat b'])
  serves = false
  await clock.advance(HEARTBEAT_MS)
  await clock.advance(HEARTBEAT_MS)
  expect(asked.splice(0)).toEqual(['heartbeat a', 'deregister b', 'heartbeat a'])
  Object.assign(answers, { once: true, error: new HostError('INSTANCE_UNKNOWN', { module: 'a', instanceId: 'a' }) })
  await clock.advance(HEARTBEAT_MS)
  expect(asked.splice(0)).toEqual(['heartbeat a', 'register a'])
  await leave()
})
