import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { createHost, defineModule, type ChildReport, type Host } from '@modkit/core'
import { FakeClock } from '@modkit/core/spi'
import { RecordedLog } from '../../core/test/support/recorded-log.js'
import { GrpcHub } from '../src/index.js'
import { calculatorClient, calculatorProto } from './calculator.js'

// Processes that start and end, on a machine that tests share.
jest.setTimeout(60_000)

const pathOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
const child = [
  pathOf('./fixtures/foreign/child.mjs'),
  fileURLToPath(calculatorProto),
  pathOf('../proto/directory.proto'),
]

const calculatorModule = defineModule({ name: 'calculator', provides: [calculatorClient] }, class {})

const hosts: { host: Host; clock: FakeClock }[] = []

/** Stops a host whose clock goes as fast as anybody can wait. */
async function stop({ host, clock }: { host: Host; clock: FakeClock }): Promise<void> {
  const stopped = host.stop().then(() => true)
  while (!(await Promise.race([stopped, clock.advance(50).then(() => false)])));
}

afterEach(async () => {
  await Promise.all(hosts.splice(0).map(stop))
})

/** A host whose module `calculator` is a program that knows the proto files alone, started by this command. */
function createFaultyHost(command: readonly string[], more: object = {}) {
  const [log, clock] = [new RecordedLog(), new FakeClock(Date.now())]
  const [executable_path, ...args] = command
  const modules = {
    'grpc-hub': { config: { listen_addr: '127.0.0.1:0' } },
    calculator: { runtime: { type: 'oop', ...more, execution: { executable_path, args } } },
  }
  const host = createHost({ modules: [GrpcHub, calculatorModule], config: { modules }, logger: log.logger, clock })
  hosts.push({ host, clock })
  return { host, log, clock }
}

const pause = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

async function eventually(holds: () => boolean): Promise<void> {
  while (!holds()) await pause()
}

const stateOf = ({ state }: ChildReport): string => state

describe('a child of another make', () => {
  test('that blocks its loop is called no more once it has been silent, and is ended with its host all the same', async () => {
    const { host, log, clock } = createFaultyHost([process.execPath, ...child], { instances: 2 })
    await host.start()
    const calculator = host.clients.get(calculatorClient)
    const patient = { deadline: Date.now() + 50_000 }
    const gaveUp = new AbortController()
    const blocked = calculator.add({ allValues: [], note: Buffer.from('block') }, { ...patient, signal: gaveUp.signal })
    await log.line('blocks')
    // Both are silent when the time jumps; one of them is heard from again.
    await clock.advance(16_000)
    await eventually(() => host.children.map(stateOf).sort().join() === 'ready,registered')
    const sums = Array.from({ length: 20 }, (_, i) => calculator.add({ allValues: [String(i), '1'] }, patient))
    expect((await Promise.all(sums)).map(({ value }) => Number(value))).toEqual(sums.map((_, i) => i + 1))
    gaveUp.abort(new Error('no longer needed'))
    await expect(blocked).rejects.toThrow('no longer needed')
    const victim = host.children.findIndex(({ state }) => state === 'registered')
    const stopped = host.stop()
    await log.line('shutdown: process exited gracefully')
    await clock.advance(5_000)
    await eventually(() => host.children[victim]?.state === 'exited')
    await Promise.all([stopped, stop({ host, clock })])
    expect(host.children[victim]).toMatchObject({ state: 'exited', reason: 'signal SIGKILL', restarts: 0 })
    expect(host.children[1 - victim]).toMatchObject({ state: 'exited', reason: 'exit code 0', restarts: 0 })
    expect(log.messages('warn')).toContain('shutdown: grace period expired, force killing')
  })

  test('that carries a wrong token is a stranger: nobody is sent there, and the start says how it ended', async () => {
    const script = 'MODKIT_DIRECTORY_TOKEN=made-up exec "$0" "$@"'
    const { host, log } = createFaultyHost(['/bin/sh', '-c', script, process.execPath, ...child], { restart: 'never' })
    await expect(host.start()).rejects.toMatchObject({
      cause: { code: 'OOP_NOT_READY', details: { module: 'calculator', reason: 'exit code 1' } },
    })
    const { fields } = await log.line('OoP module process exited unexpectedly')
    expect(fields['stderr']).toEqual([expect.stringMatching(/^UNAUTHENTICATED: .*its token was issued to nobody/)])
  })

  test('that carries a token of somebody else cannot be taken for it', async () => {
    const script = 'MODKIT_INSTANCE_ID=00000000-0000-7000-8000-000000000000 exec "$0" "$@"'
    const { host, log } = createFaultyHost(['/bin/sh', '-c', script, process.execPath, ...child], { restart: 'never' })
    await expect(host.start()).rejects.toMatchObject({ cause: { code: 'OOP_NOT_READY' } })
    const { fields } = await log.line('OoP module process exited unexpectedly')
    expect(fields['stderr']).toEqual([expect.stringMatching(/^PERMISSION_DENIED: /)])
  })

  test('that keeps dying before it registers is given up, and so is the start', async () => {
    const { host, log, clock } = createFaultyHost(['/bin/sh', '-c', 'exit 7'], { restart: { max_restarts: 2 } })
    const failed = expect(host.start()).rejects.toMatchObject({
      cause: { code: 'OOP_NOT_READY', details: { reason: '2 restarts in 60 s did not help: exit code 7' } },
    })
    const state = (): unknown => host.children[0]?.state
    while (state() !== 'quarantined') await (state() === 'waiting' ? clock.advance(100) : pause())
    await log.line('OoP module keeps failing and is quarantined')
    await failed
    expect(host.children[0]).toMatchObject({ state: 'quarantined', restarts: 2 })
  })
})
