import { randomUUID } from 'node:crypto'
import { setInterval, clearInterval } from 'node:timers'
import { fileURLToPath } from 'node:url'
import { credentials, makeClientConstructor, status, type Client, type ServiceError } from '@grpc/grpc-js'
import { systemClock } from '@modkit/core/spi'
import { expect, test } from '@jest/globals'
import { hostProgram, type HostProcess } from '../../core/test/support/host-program.js'
import { DirectoryDiscovery, loadService, type Discovery } from '../src/index.js'
import { calculatorProto, calculatorService } from './calculator.js'
import { startDirectory, type DirectoryFixture } from './directory-fixture.js'

const isSoak = process.env['MODKIT_SOAK'] !== undefined
/** One kill every two seconds for a minute is the proof; a few show here that it still holds. */
const ROUNDS = isSoak ? 30 : 3
const ROUND_MS = isSoak ? 2_000 : 500
const CALLS_PER_SECOND = 200
const DEADLINE_MS = 2_000
const RECOVERY_MS = 1_000
/** How late a timer may be on a machine that is busy. */
const SLACK_MS = 1_000

const program = hostProgram(new URL('./fixtures/callee.ts', import.meta.url))
const Calculator = makeClientConstructor(loadService(calculatorProto, calculatorService), calculatorService)

interface Callee {
  readonly process: HostProcess
  readonly instanceId: string
}

/** Starts an instance as a host would: with an id and a token of its own. Resolves when the directory offers it. */
async function startCallee(directory: DirectoryFixture): Promise<Callee> {
  const instanceId = randomUUID()
  const token = directory.manager.tokens.issue({ module: 'math', instanceId })
  const variables = `MODKIT_DIRECTORY_ENDPOINT=${directory.endpoint} MODKIT_DIRECTORY_TOKEN=${token} MODKIT_INSTANCE_ID=${instanceId}`
  const found = (async () => {
    for await (const endpoints of directory.local.watchService(calculatorService)) {
      if (endpoints.some((endpoint) => endpoint.instanceId === instanceId)) return
    }
  })()
  const process = await program.run([fileURLToPath(calculatorProto)], { shell: `${variables} exec "$@"` })
  await found
  return { process, instanceId }
}

interface CallRecord {
  readonly beganMs: number
  readonly tookMs: number
  readonly error: ServiceError | null
}

/** Calls at a steady rate, whatever becomes of the calls before. */
class Load {
  readonly records: CallRecord[] = []
  readonly #client: Client & {
    add(request: object, options: object, answer: (error: ServiceError | null) => void): void
  }
  readonly #timer: NodeJS.Timeout
  #inFlight = 0
  #onIdle: (() => void) | undefined

  constructor(discovery: Discovery) {
    const { target, options } = discovery.channelFor(calculatorService)
    this.#client = new Calculator(target, credentials.createInsecure(), options) as never
    this.#timer = setInterval(() => this.#call(), 1_000 / CALLS_PER_SECOND)
  }

  #call(): void {
    const beganMs = systemClock.monotonic()
    this.#inFlight++
    this.#client.add({ allValues: ['1', '2'] }, { deadline: Date.now() + DEADLINE_MS }, (error) => {
      this.records.push({ beganMs, tookMs: systemClock.monotonic() - beganMs, error })
      this.#inFlight--
      if (this.#inFlight === 0) this.#onIdle?.()
    })
  }

  /** Resolves when `count` more calls have succeeded. */
  async succeed(count: number): Promise<void> {
    const before = this.#succeeded()
    while (this.#succeeded() < before + count) await new Promise((resolve) => setImmediate(resolve))
  }

  #succeeded(): number {
    return this.records.filter(({ error }) => error === null).length
  }

  /** Resolves when the last call has ended. */
  async end(): Promise<void> {
    clearInterval(this.#timer)
    if (this.#inFlight > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve))
    this.#client.close()
  }
}

/** Two instances under load; in each round one of them ends and another takes its place. */
async function replaceInstances(signal: 'SIGKILL' | 'SIGTERM'): Promise<{ records: CallRecord[]; ends: number[] }> {
  await using directory = await startDirectory()
  using discovery = new DirectoryDiscovery({ directory: directory.local })
  const callees = [await startCallee(directory), await startCallee(directory)]
  const load = new Load(discovery)
  await load.succeed(20)
  const ends: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const begunMs = systemClock.monotonic()
    const [leaving] = callees.splice(0, 1)
    ends.push(systemClock.monotonic())
    leaving?.process.kill(signal)
    callees.push(await startCallee(directory))
    await leaving?.process.end
    const leftMs = Math.max(0, ROUND_MS - (systemClock.monotonic() - begunMs))
    await load.succeed(20 + (leftMs * CALLS_PER_SECOND) / 1_000)
  }
  await load.end()
  for (const { process } of callees) process.kill('SIGTERM')
  await Promise.all(callees.map(({ process }) => process.end))
  return { records: load.records, ends }
}

const failedCalls = (records: readonly CallRecord[]) => records.filter(({ error }) => error !== null)

test(
  'when one of two instances is killed, calls fail only in that moment, and none outlives its deadline',
  async () => {
    const { records, ends } = await replaceInstances('SIGKILL')
    expect(Math.max(...records.map(({ tookMs }) => tookMs))).toBeLessThan(DEADLINE_MS + SLACK_MS)
    const failed = failedCalls(records)
    const inWindow = ({ beganMs, tookMs }: CallRecord, killedMs: number): boolean =>
      beganMs + tookMs >= killedMs && beganMs <= killedMs + RECOVERY_MS
    expect(failed.filter((call) => !ends.some((killedMs) => inWindow(call, killedMs)))).toEqual([])
    for (const { error } of failed) expect(error?.code).toBe(status.UNAVAILABLE)
    // What was on its way to one of the two, and not every call of a second.
    expect(failed.length).toBeLessThan((ROUNDS * CALLS_PER_SECOND) / 4)
    expect(records.length).toBeGreaterThan(ROUNDS * 20)
  },
  isSoak ? 300_000 : 60_000,
)

test(
  'when one of two instances is told to end, no call fails',
  async () => {
    const { records } = await replaceInstances('SIGTERM')
    expect(failedCalls(records).map(({ error }) => error?.message)).toEqual([])
    expect(records.length).toBeGreaterThan(ROUNDS * 20)
  },
  isSoak ? 300_000 : 60_000,
)
