import {
  ClientHub,
  HostError,
  ModuleCtx,
  moduleDefinition,
  type ClientKey,
  type Clock,
  type CoreModule,
  type Database,
  type Injected,
  type ModuleClass,
  type ModuleDefinition,
  type Token,
} from '@modkit/core'
import {
  HostContainer,
  loadConfig,
  systemClock,
  ModuleContainer,
  tokenId,
  type Constant,
  type ModuleSettings,
  type TokenId,
} from '@modkit/core/spi'
import type { Fake } from '../mock.js'
import type { AutoMocks, MockTyping } from '../mocks/auto-mocks.js'
import { isClientKey } from '../mocks/is-client-key.js'
import { RecordingLogger } from '../recording-logger.js'
import { disposeInReverse } from './dispose-in-reverse.js'
import { MockedClientHub } from './mocked-client-hub.js'
import { mockedProviders } from './mocked-providers.js'
import { TestedModuleCtx } from './tested-module-ctx.js'

/** A module that was built alone, with mocks around it, and initialised. */
export interface TestedModule<T> extends AsyncDisposable {
  /** The instance. */
  readonly module: T
  /** What it was given. */
  readonly ctx: ModuleCtx
  /** The mocks, and what the module has registered. */
  readonly clients: ClientHub
  /** What the module has logged. */
  readonly logs: RecordingLogger
  /** Aborts the context's signal and disposes of the module's own providers, newest first. A second call does nothing. */
  dispose(): Promise<void>
}

/**
 * A test of one module alone: its own container, with mocks for what it should not really use.
 *
 * ```ts
 * await using users = await testModule(UsersModule).mock(UserStore, { find }).mock(auditClient, { record }).init()
 * ```
 */
export function testModule<T extends object>(moduleClass: ModuleClass<T>): ModuleTest<T> {
  return new ModuleTest(moduleClass)
}

/** What a test says about its module before it runs; see {@link testModule}. */
export class ModuleTest<T extends object> {
  readonly #moduleClass: ModuleClass<T>
  readonly #definition: ModuleDefinition
  readonly #clients: MockedClientHub
  readonly #constants = new Map<TokenId, Constant>()
  #config: object | undefined
  #clock: Clock = systemClock
  #database: Database | undefined
  #mocks: AutoMocks | undefined

  /** @throws HostError `MODULE_NOT_DECORATED` */
  constructor(moduleClass: ModuleClass<T>) {
    const definition = moduleDefinition(moduleClass)
    if (!definition) throw new HostError('MODULE_NOT_DECORATED', { class: moduleClass.name })
    this.#moduleClass = moduleClass
    this.#definition = definition
    this.#clients = new MockedClientHub(definition)
  }

  /** Puts a fake in the place of a provider, or of a client; the last one for a token or key counts. */
  mock<K extends Token>(token: K, fake: Fake<NoInfer<Injected<K>>>): this
  // An injection token would pass for a key of anything, if it were not for its id.
  mock<C>(key: ClientKey<C> & { readonly id?: never }, fake: Fake<NoInfer<C>>): this
  mock(target: Token | ClientKey<unknown>, fake: unknown): this {
    if (isClientKey(target)) this.#clients.register(target, fake)
    else this.#constants.set(tokenId(target), { token: target, value: fake })
    return this
  }

  /** Puts a fake in the place of one of several clients of a key. */
  mockScoped<C>(key: ClientKey<C>, scope: string, fake: Fake<NoInfer<C>>): this {
    // As much of the client as the test needs.
    this.#clients.registerScoped(key, scope, fake as C)
    return this
  }

  /**
   * Mocks all that the test does not mock itself: every provider but constants, and every client that the module asks for. A
   * client that it only tries is there when the test has asked for its mock.
   *
   * ```ts
   * const mocks = autoMock()
   * mocks.of(auditClient).record.mockResolvedValue(undefined)
   * await using users = await testModule(UsersModule).autoMock(mocks).init()
   * ```
   */
  autoMock<K extends MockTyping>(mocks: AutoMocks<K>): this {
    this.#mocks = mocks
    this.#clients.mockWith(mocks)
    return this
  }

  /** What `ctx.db` is: a fake, or a real one that the test opens and closes. Default: none. */
  withDatabase(database: Database): this {
    this.#database = database
    return this
  }

  /** The module's `config` section, which `init()` holds against the declared schema. Default: none, so that defaults apply. */
  withConfig(config: object): this {
    this.#config = config
    return this
  }

  /** What `ctx.clock` is, such as a `FakeClock`. Default: the machine's. */
  withClock(clock: Clock): this {
    this.#clock = clock
    return this
  }

  /**
   * Builds the module and runs its `init()`, and nothing else.
   *
   * @throws HostError `CONFIG_INVALID`, `PROVIDER_NOT_MOCKED`, `CLIENT_NOT_MOCKED` or `DATABASE_NOT_MOCKED` with what to
   * mock, `CLIENT_NOT_PROVIDED`; what the module itself throws comes as it is
   */
  async init(): Promise<TestedModule<T>> {
    const logs = new RecordingLogger()
    const controller = new AbortController()
    const ctx = this.#context(logs, controller.signal)
    const container = this.#container(ctx)
    let disposal: Promise<void> | undefined
    const dispose = (): Promise<void> => {
      controller.abort()
      return (disposal ??= disposeInReverse(container.built))
    }
    try {
      const module = await this.#initialise(container, ctx)
      return { module, ctx, clients: this.#clients, logs, dispose, [Symbol.asyncDispose]: dispose }
    } catch (error) {
      // What init failed of is what the test has to show, whatever its disposal adds.
      await dispose().catch(() => undefined)
      throw error
    }
  }

  #context(logs: RecordingLogger, signal: AbortSignal): ModuleCtx {
    const { name } = this.#definition
    return new TestedModuleCtx({
      moduleName: name,
      instanceId: `test-of-${name}`,
      signal,
      hostLogger: logs,
      clients: this.#clients,
      settings: this.#settings(),
      databaseSlot: { settled: true, database: this.#database },
      clock: this.#clock,
    })
  }

  /** The configuration as a host would read it, without its files and environment. */
  #settings(): ModuleSettings {
    const { name, config } = this.#definition
    const tree = this.#config ? { modules: { [name]: { config: this.#config } } } : {}
    const loaded = loadConfig(tree, { env: {}, cwd: process.cwd() })
    loaded.check([{ name, config }])
    return loaded.settings(name)
  }

  #container(ctx: ModuleCtx): ModuleContainer {
    const host = new HostContainer([{ token: ClientHub, value: this.#clients }], ModuleCtx)
    return new ModuleContainer(host, {
      module: this.#definition.name,
      moduleClass: this.#moduleClass,
      providers: this.#definition.providers,
      context: ctx,
      constants: [...this.#automatic(), ...this.#constants.values()],
    })
  }

  #automatic(): readonly Constant[] {
    return this.#mocks ? mockedProviders(this.#definition.providers, this.#mocks) : []
  }

  async #initialise(container: ModuleContainer, ctx: ModuleCtx): Promise<T> {
    const module = this.#construct(container)
    await (module as CoreModule).init?.(ctx)
    for (const { name: client } of this.#definition.provides.filter((key) => ctx.clients.tryGet(key) === undefined)) {
      throw new HostError('CLIENT_NOT_PROVIDED', { module: this.#definition.name, client })
    }
    return module
  }

  #construct(container: ModuleContainer): T {
    try {
      return container.get(this.#moduleClass)
    } catch (cause) {
      const missing = HostError.find(cause, 'PROVIDER_NOT_FOUND')
      if (!missing) throw cause
      throw new HostError(
        'PROVIDER_NOT_MOCKED',
        { module: this.#definition.name, token: missing.details.token },
        { cause },
      )
    }
  }
}
