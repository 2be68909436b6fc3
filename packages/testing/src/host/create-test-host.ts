import {
  HostError,
  type BootReport,
  type ChildReport,
  type ClientHub,
  type Host,
  type HostOptions,
  type HostState,
  type MigrationReport,
  type ModuleClass,
  type ModuleRegistry,
  type ShutdownReport,
} from '@modkit/core'
import { createHostWith } from '@modkit/core/spi'
import type { Mock } from '../mock.js'
import { RecordingLogger } from '../recording-logger.js'
import { assertMocksUsed } from './assert-mocks-used.js'
import { testConfig } from './test-config.js'

/** A host's options, and what a test replaces. */
export interface TestHostOptions extends Omit<HostOptions, 'config' | 'logger' | 'scan'> {
  readonly modules: readonly ModuleClass[]
  /** Stand-ins for providers, whichever module lists them; see `mock`. */
  readonly mocks?: readonly Mock[]
  /**
   * A configuration tree. What it leaves open is fit for a test: gateway and hub listen on free ports of 127.0.0.1, and
   * modules with the capability `db` have a SQLite database in memory.
   */
  readonly config?: object
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
  readonly #host: Host

  constructor({ mocks = [], config = {}, ...options }: TestHostOptions) {
    assertMocksUsed(mocks, options.modules)
    const tree = testConfig(config, options.modules, { databases: options.database === undefined })
    this.#host = createHostWith({ ...options, config: tree, logger: this.logs }, { replacements: mocks })
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

  module<T extends object>(moduleClass: ModuleClass<T>): T {
    return this.#host.module(moduleClass)
  }

  async start(): Promise<this> {
    await this.#host.start()
    return this
  }

  stop(reason?: unknown): Promise<ShutdownReport> {
    return this.#host.stop(reason)
  }

  run(): Promise<void> {
    return this.#host.run()
  }

  migrate(): Promise<MigrationReport> {
    return this.#host.migrate()
  }

  /**
   * Stops the host, if nobody has done so.
   *
   * @throws HostError `HOST_STOPPED_BADLY` when something failed to stop or was left behind: it would spoil other tests
   */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.state === 'stopped') return
    const troubles = troublesOf(await this.stop('the test is over'))
    if (troubles.length > 0) throw new HostError('HOST_STOPPED_BADLY', { troubles })
  }

  /**
   * A request to the gateway, by path: `await host.request('/cities/v1/cities?prefix=zur')`.
   *
   * @throws HostError `GATEWAY_NOT_LISTENING` when the host has no gateway, or it does not listen yet
   */
  async request(path: string, init?: RequestInit): Promise<Response> {
    return fetch(new URL(path, this.#gatewayAddress()), init)
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
