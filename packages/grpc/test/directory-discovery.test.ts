import { randomUUID } from 'node:crypto'
import {
  credentials,
  makeClientConstructor,
  Metadata,
  status,
  type ChannelCredentials,
  type Client,
} from '@grpc/grpc-js'
import type { LogFields, Logger } from '@modkit/core'
import { silentLogger, type DirectoryClient, type ServiceEndpoint } from '@modkit/core/spi'
import { describe, expect, test } from '@jest/globals'
import { composeServiceConfig, DirectoryDiscovery, loadService, type Discovery } from '../src/index.js'
import { Bell } from '../src/directory/bell.js'
import { calculatorProto, calculatorService, type Total } from './calculator.js'
import { startDirectory } from './directory-fixture.js'
import { calculatorWith, createHub, createSocketPath } from './hub-fixture.js'

const Calculator = makeClientConstructor(loadService(calculatorProto, calculatorService), calculatorService)

/** A directory that says what the test tells it to, and counts who watches. */
class ScriptedDirectory {
  endpoints: readonly ServiceEndpoint[] | Error | undefined
  watching = 0
  watched = 0
  readonly #bells = new Set<Bell>()

  say(endpoints: readonly string[] | Error): void {
    this.endpoints = Array.isArray(endpoints)
      ? (endpoints as readonly string[]).map((endpoint) => ({ module: 'math', instanceId: endpoint, endpoint }))
      : (endpoints as Error)
    for (const bell of this.#bells) bell.ring()
  }

  get client(): DirectoryClient {
    return { watchService: (_, options) => this.#watch(options?.signal) } as Partial<DirectoryClient> as DirectoryClient
  }

  async *#watch(signal: AbortSignal | undefined): AsyncGenerator<readonly ServiceEndpoint[], void, void> {
    const bell = new Bell()
    this.#bells.add(bell)
    this.watching++
    this.watched++
    try {
      while (signal?.aborted !== true) {
        if (this.endpoints instanceof Error) throw this.endpoints
        if (this.endpoints) yield this.endpoints
        await bell.wait(signal)
      }
    } finally {
      this.#bells.delete(bell)
      this.watching--
    }
  }
}

/** A bare client of grpc-js. */
class Caller implements Disposable {
  readonly client: Client & {
    add(request: object, metadata: Metadata, options: object, answer: (error: Error | null, total: Total) => void): void
  }

  constructor(target: string, options: object, channelCredentials: ChannelCredentials = credentials.createInsecure()) {
    this.client = new Calculator(target, channelCredentials, {
      ...options,
      'grpc.use_local_subchannel_pool': 1,
    }) as never
  }

  static of(discovery: Discovery): Caller {
    const { target, options, credentials: found } = discovery.channelFor(calculatorService)
    return new Caller(target, options, found)
  }

  /** Who answered. */
  ask({ waitForReady = false, deadlineMs = 10_000 } = {}): Promise<string> {
    return new Promise((resolve, reject) => {
      const deadline = Date.now() + deadlineMs
      this.client.add({}, new Metadata({ waitForReady }), { deadline }, (error, total) => {
        if (error) reject(error)
        else resolve(total.value)
      })
    })
  }

  /** Resolves with whoever answers once `isWanted` says so. */
  async askUntil(isWanted: (answer: string) => boolean): Promise<string> {
    for (;;) {
      const answer = await this.ask().catch((error: unknown) => String(error))
      if (isWanted(answer)) return answer
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  [Symbol.dispose](): void {
    this.client.close()
  }
}

/** A hub whose calculator answers with a number of its own. */
async function answering(number: string, listen = '127.0.0.1:0') {
  const fixture = createHub({
    config: { listen_addr: listen },
    services: [calculatorWith({ add: () => Promise.resolve({ value: number }) })],
  })
  return { endpoint: await fixture.start(), [Symbol.asyncDispose]: () => fixture[Symbol.asyncDispose]() }
}

test('calls go to every instance in turn, over TCP and Unix sockets alike', async () => {
  await using socket = await createSocketPath()
  await using first = await answering('1')
  await using second = await answering('2', `unix://${socket.path}`)
  const directory = new ScriptedDirectory()
  directory.say([first.endpoint, second.endpoint])
  using discovery = new DirectoryDiscovery({ directory: directory.client })
  using caller = Caller.of(discovery)
  await caller.askUntil((answer) => answer === '1')
  await caller.askUntil((answer) => answer === '2')
  const answers: string[] = []
  for (let i = 0; i < 6; i++) answers.push(await caller.ask())
  expect(answers.sort()).toEqual(['1', '1', '1', '2', '2', '2'])
})

test('calls follow a service that moves, and one that ceases fails at once, or waits where that was wished', async () => {
  await using first = await answering('1')
  await using second = await answering('2')
  const directory = new ScriptedDirectory()
  directory.say([first.endpoint])
  using discovery = new DirectoryDiscovery({ directory: directory.client })
  using caller = Caller.of(discovery)
  await expect(caller.ask()).resolves.toBe('1')
  directory.say([second.endpoint])
  await caller.askUntil((answer) => answer === '2')
  directory.say([])
  await caller.askUntil((answer) =>
    answer.includes(`"${calculatorService}" cannot be reached: no healthy instance offers it`),
  )
  await expect(caller.ask()).rejects.toMatchObject({ code: status.UNAVAILABLE })
  await expect(caller.ask({ waitForReady: true, deadlineMs: 50 })).rejects.toMatchObject({
    code: status.DEADLINE_EXCEEDED,
  })
  const patient = caller.ask({ waitForReady: true })
  directory.say([first.endpoint])
  await expect(patient).resolves.toBe('1')
})

test('calls wait within their deadlines while the directory has not said anything yet', async () => {
  await using first = await answering('1')
  const directory = new ScriptedDirectory()
  using discovery = new DirectoryDiscovery({ directory: directory.client })
  using caller = Caller.of(discovery)
  await expect(caller.ask({ deadlineMs: 50 })).rejects.toMatchObject({ code: status.DEADLINE_EXCEEDED })
  const early = caller.ask()
  directory.say([first.endpoint])
  await expect(early).resolves.toBe('1')
})

test('a directory that refuses to be watched fails calls with its reason, and is asked again', async () => {
  await using first = await answering('1')
  const directory = new ScriptedDirectory()
  directory.say(new Error('nobody knows you'))
  using discovery = new DirectoryDiscovery({ directory: directory.client })
  using caller = Caller.of(discovery)
  await expect(caller.ask()).rejects.toMatchObject({
    code: status.UNAVAILABLE,
    details: expect.stringContaining('nobody knows you'),
  })
  directory.say([first.endpoint])
  await caller.askUntil((answer) => answer === '1')
})

test('an instance that answers with nothing but errors is left out for a while, without any commotion', async () => {
  let calls = 0
  const broken = createHub({
    services: [
      calculatorWith({
        add: () => {
          calls++
          return Promise.reject(new Error('broken'))
        },
      }),
    ],
  })
  await using _broken = broken
  await using first = await answering('1')
  const directory = new ScriptedDirectory()
  directory.say([await broken.start(), first.endpoint])
  using discovery = new DirectoryDiscovery({ directory: directory.client })
  using caller = Caller.of(discovery)
  await caller.askUntil((answer) => answer === '1')
  // Calls go on until one pass of the balancer has seen enough, and nothing but answers comes.
  for (let inARow = 0; inARow < 40;) {
    const answer = await caller.ask().catch(() => 'failed')
    inARow = answer === '1' ? inARow + 1 : 0
  }
  const before = { calls, cpu: process.cpuUsage() }
  const pause = { deadlineMs: 300, waitForReady: true }
  directory.endpoints = undefined
  await using idle = createHub({ services: [calculatorWith({ add: () => new Promise(() => undefined) })] })
  using waiter = new Caller(new URL(await idle.start()).host, {})
  await expect(waiter.ask(pause)).rejects.toMatchObject({ code: status.DEADLINE_EXCEEDED })
  const { user, system } = process.cpuUsage(before.cpu)
  expect(calls).toBe(before.calls)
  // A resolver that answered every question with what is known already would take all of the 300 ms.
  expect((user + system) / 1_000).toBeLessThan(200)
  expect(directory.watched).toBe(1)
})

describe('a channel', () => {
  test('ends what it watches when it is closed', async () => {
    await using first = await answering('1')
    const directory = new ScriptedDirectory()
    directory.say([first.endpoint])
    using discovery = new DirectoryDiscovery({ directory: directory.client })
    const callers = [Caller.of(discovery), Caller.of(discovery)]
    await Promise.all(callers.map((caller) => caller.ask()))
    expect(directory.watching).toBe(2)
    for (const { client } of callers) client.close()
    while (directory.watching > 0) await new Promise((resolve) => setImmediate(resolve))
  })

  test('finds what its own directory knows, though the process has several', async () => {
    await using first = await answering('1')
    await using second = await answering('2')
    const [one, other] = [new ScriptedDirectory(), new ScriptedDirectory()]
    one.say([first.endpoint])
    other.say([second.endpoint])
    using discovery = new DirectoryDiscovery({ directory: one.client })
    using otherDiscovery = new DirectoryDiscovery({ directory: other.client })
    using caller = Caller.of(discovery)
    using otherCaller = Caller.of(otherDiscovery)
    await expect(Promise.all([caller.ask(), otherCaller.ask()])).resolves.toEqual(['1', '2'])
    using nameless = new Caller(`modkit:///${calculatorService}`, {})
    await expect(nameless.ask()).rejects.toMatchObject({
      details: expect.stringContaining('does not say which of several'),
    })
  })

  test('may leave the directory unnamed where there is only one: that of the hub, which knows its own services', async () => {
    await using _first = await answering('1')
    using caller = new Caller(`modkit:///${calculatorService}`, {})
    await expect(caller.ask()).resolves.toBe('1')
  })

  test('learns nothing new from a discovery that is closed', async () => {
    const directory = new ScriptedDirectory()
    directory.say([])
    const discovery = new DirectoryDiscovery({ directory: directory.client })
    using caller = Caller.of(discovery)
    await expect(caller.ask()).rejects.toMatchObject({ code: status.UNAVAILABLE })
    discovery.close()
    while (directory.watching > 0) await new Promise((resolve) => setImmediate(resolve))
    using late = Caller.of(discovery)
    await expect(late.ask()).rejects.toMatchObject({ details: expect.stringContaining('names no directory') })
  })

  test('skips an endpoint that speaks TLS where it does not, and says so once', async () => {
    await using first = await answering('1')
    const warned: (LogFields | undefined)[] = []
    const logger: Logger = { ...silentLogger, warn: (_, fields) => void warned.push(fields) }
    const directory = new ScriptedDirectory()
    using discovery = new DirectoryDiscovery({ directory: directory.client, logger })
    using caller = Caller.of(discovery)
    directory.say(['https://127.0.0.1:1', first.endpoint])
    await expect(caller.ask()).resolves.toBe('1')
    directory.say([first.endpoint, 'https://127.0.0.1:1'])
    await expect(caller.ask()).resolves.toBe('1')
    expect(warned).toMatchObject([{ endpoint: 'https://127.0.0.1:1', reason: expect.stringContaining('TLS') }])
  })
})

test('the service config spreads calls, and says how methods are called', () => {
  const retryPolicy = { maxAttempts: 3 }
  const config: unknown = JSON.parse(
    composeServiceConfig({
      service: 'a.B',
      methodConfig: [{ retryPolicy }, { name: [{ service: 'a.B', method: 'C' }], timeout: '1s' }],
    }),
  )
  expect(config).toMatchObject({
    loadBalancingConfig: [{ outlier_detection: { child_policy: [{ round_robin: {} }] } }],
    methodConfig: [
      { name: [{ service: 'a.B' }], retryPolicy },
      { name: [{ service: 'a.B', method: 'C' }], timeout: '1s' },
    ],
  })
})

test('what registers in a directory of another process is found through it', async () => {
  await using first = await answering('1')
  await using served = await startDirectory()
  using discovery = new DirectoryDiscovery({ directory: served.remote() })
  using caller = Caller.of(discovery)
  const waiting = caller.ask({ waitForReady: true })
  await served.remote().registerInstance({
    module: 'math',
    instanceId: randomUUID(),
    services: { [calculatorService]: first.endpoint },
    ready: true,
  })
  await expect(waiting).resolves.toBe('1')
})
