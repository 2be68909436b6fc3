import {
  HostError,
  type BootReport,
  type ChildReport,
  type ClientHub,
  type ClientKey,
  type Host,
  type HostOptions,
  type HostState,
  type MigrationReport,
  type ModuleClass,
  type ModuleRegistry,
  type ShutdownReport,
} from '@modkit/core'
import { createHostWith } from '@modkit/core/spi'
import type { Leak } from '../leaks/leak.js'
import { ResourceScope } from '../leaks/resource-scope.js'
import type { Mock } from '../mock.js'
import { ChildBackend } from '../placements/child-backend.js'
import { RecordingLogger } from '../recording-logger.js'
import { assertMocksUsed } from './assert-mocks-used.js'
import { hookEvents } from './hook-events.js'
import { testConfig } from './test-config.js'
import { createTestRequest, type TestRequest } from './test-request.js'

/** A host's options, and what a test replaces. */
export interface TestHostOptions extends Omit<HostOptions, 'config' | 'entry' | 'logger' | 'scan'> {
  /**
   * What the process of a module runs that the configuration moves: the script of the application, or one that calls `runAsChild`.
   * It may be TypeScript. Without it such a module is refused, because the script of this process is a test.
   */
  readonly entry?: string
  readonly modules: readonly ModuleClass[]
  /** Stand-ins for providers, whichever module lists them; see `mock`. */
  readonly mocks?: readonly Mock[]
  /**
   * A configuration tree. What it leaves open is fit for a test: gateway and hub listen on free ports of 127.0.0.1, and
   * modules with the capability `db` have a SQLite database in memory.
   */
  readonly config?: object
  /** What becomes of a test whose host leaves something open; `'ignore'` where that is what it is about. Default `'fail'`. */
  readonly leaks?: 'fail' | 'ignore'
}

/**
 * A real host for a test, not yet started: real sockets, real databases, silent logs that are kept.
 *
 * ```ts
 * await using host = await createTestHost({ modules: [ApiGateway, Users], mocks: [mock(Mailer, { send })] }).start()
 * const response = await host.request('/users/v1/users/7')
 * ```
 *
 * @throws HostError `MOCK_UNUSED` when a mock stands in for a provider that no module has
 */
export function createTestHost(options: TestHostOptions): TestHost {
  return new TestHost(options)
}

/** A host with what a test wants to look at; see {@link createTestHost}. */
export class TestHost implements Host {
  /** Everything that host and modules have logged. */
  readonly logs = new RecordingLogger()
  /** Sends requests to the gateway; `GATEWAY_NOT_LISTENING` when the host has none, or it does not listen yet. */
  readonly request: TestRequest = createTestRequest(() => this.#gatewayAddress())
  readonly #host: Host
  readonly #resources = new ResourceScope()
  readonly #ignoresLeaks: boolean
  #shutdown: ShutdownReport | undefined

  constructor({ mocks = [], config = {}, leaks = 'fail', ...options }: TestHostOptions) {
    assertMocksUsed(mocks, options.modules)
    const tree = testConfig(config, options.modules, { databases: options.database === undefined })
    const { entry, backends = entry === undefined ? undefined : [this.#childBackend(entry)] } = options
    const whole = { ...options, ...(backends && { backends }), config: tree, logger: this.logs }
    this.#host = createHostWith(whole, { replacements: mocks, isTest: true })
    this.#ignoresLeaks = leaks === 'ignore'
  }

  get state(): HostState {
    return this.#host.state
  }

  get registry(): ModuleRegistry {
    return this.#host.registry
  }

  get clients(): ClientHub {
    return this.#host.clients
  }

  get report(): BootReport {
    return this.#host.report
  }

  get children(): readonly ChildReport[] {
    return this.#host.children
  }

  /**
   * Which hooks of which modules have run, in order: `['db init', 'users init', 'users start']`. One that did not succeed says
   * so: `'users start failed'`. Stops are there once `stop()`, `run()` or `dispose()` has resolved.
   */
  get events(): readonly string[] {
    return hookEvents({ boot: this.report, registry: this.registry, shutdown: this.#shutdown })
  }

  module<T extends object>(moduleClass: ModuleClass<T>): T {
    return this.#host.module(moduleClass)
  }

  /**
   * What is registered behind a key.
   *
   * @throws HostError `CLIENT_NOT_FOUND`
   */
  client<T>(key: ClientKey<T>): T {
    return this.clients.get(key)
  }

  async start(): Promise<this> {
    await this.#resources.run(() => this.#host.start())
    return this
  }

  async stop(reason?: unknown): Promise<ShutdownReport> {
    this.#shutdown = await this.#resources.run(() => this.#host.stop(reason))
    // Whatever becomes of the host, the watch over its resources ends with it.
    await this.#resources.end()
    return this.#shutdown
  }

  async run(): Promise<void> {
    await this.#resources.run(() => this.#host.run())
    await this.stop()
  }

  async migrate(): Promise<MigrationReport> {
    return this.#resources.run(() => this.#host.migrate())
  }

  /** What the host's modules have left open. Stops the host, if nobody has done so. */
  async leaks(): Promise<readonly Leak[]> {
    await this.stop('somebody asks what it leaves open')
    return this.#resources.end()
  }

  /**
   * Stops the host, if nobody has done so. `await using` calls it at the end of the scope.
   *
   * @throws HostError `HOST_STOPPED_BADLY` when something failed to stop or was left behind, `HOST_LEFT_OPEN` when a module
   * did not close what it had opened: both would spoil other tests
   */
  async dispose(): Promise<void> {
    const wasStopped = this.state === 'stopped'
    const report = await this.stop('the test is over')
    // Whoever stopped the host has its report, and no need for more.
    const troubles = wasStopped ? [] : troublesOf(report)
    const leaks = this.#ignoresLeaks ? [] : await this.leaks()
    const left = leaks.length > 0 ? new HostError('HOST_LEFT_OPEN', { leaks }) : undefined
    if (troubles.length > 0) throw new HostError('HOST_STOPPED_BADLY', { troubles }, left && { cause: left })
    if (left) throw left
  }

  /** The same as {@link dispose}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose()
  }

  #childBackend(entry: string): ChildBackend {
    return new ChildBackend({ entry, logger: () => this.logs })
  }

  #gatewayAddress(): string {
    const gateway = this.registry.withCapability('rest_host')[0]
    const { address } = (gateway?.instance ?? {}) as { readonly address?: unknown }
    if (typeof address === 'string') return address
    const reason = gateway ? 'its gateway does not listen' : 'it has no gateway'
    throw new HostError('GATEWAY_NOT_LISTENING', { reason })
  }
}

function troublesOf({ steps, modules, leftBehind }: ShutdownReport): readonly string[] {
  const stopped = [
    // The step that stops the modules fails with any of them, and says no more than they do.
    ...steps.filter(({ step }) => step !== 'modules').map(({ step, ...how }) => ({ what: `step "${step}"`, ...how })),
    ...modules.map(({ module, ...how }) => ({ what: `stop() of module "${module}"`, ...how })),
  ]
  const failed = stopped.filter(({ outcome }) => outcome === 'failed')
  return [...failed.map(({ what, error }) => `${what} failed: ${error ?? 'no reason'}`), ...leftBehind]
}
