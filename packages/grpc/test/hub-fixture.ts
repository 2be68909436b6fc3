import { randomUUID } from 'node:crypto'
import { rm, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  ClientHub,
  ModuleCtx,
  ModuleRegistry,
  type Clock,
  type GrpcServiceRegistration,
  type LogFields,
  type Authenticator,
  authenticatorKey,
  type HostStatus,
  type Logger,
  type NamedModuleHealth,
} from '@modkit/core'
import {
  GrpcInstallerStore,
  ModuleManager,
  RemoteClientsSlot,
  systemClock,
  type ModuleGrpcServices,
  type ModuleSettings,
} from '@modkit/core/spi'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { GrpcHub, serveClient } from '../src/index.js'
import { calculator, calculatorClient, type Calculator } from './calculator.js'

export interface LoggedLine {
  readonly level: string
  readonly message: string
  readonly fields: LogFields | undefined
}

/** The host as the hub sees it; a test may change what it says. */
export interface StatedHost {
  ready: boolean
  health: readonly NamedModuleHealth[]
  /** Aborts when the host begins to stop. */
  readonly stopping: AbortController
}

export interface HubFixture extends AsyncDisposable {
  readonly hub: GrpcHub
  readonly host: StatedHost
  readonly lines: readonly LoggedLine[]
  readonly moduleManager: ModuleManager
  readonly clients: ClientHub
  /** Starts the hub and gives its endpoint. */
  start(signal?: AbortSignal): Promise<string>
}

export interface HubFixtureOptions {
  readonly services?: readonly GrpcServiceRegistration[]
  /** Besides the services of the module `math`. */
  readonly others?: readonly ModuleGrpcServices[]
  readonly config?: Readonly<Record<string, unknown>>
  readonly authenticator?: Authenticator
  readonly clock?: Clock
  readonly instanceId?: string
  /** Whose services they are. Default `math`. */
  readonly module?: string
}

/** A hub on a free port, driven through its hooks as a host drives it. */
export function createHub(options: HubFixtureOptions = {}): HubFixture {
  const { services = [], others = [], config = {}, clock = systemClock, authenticator } = options
  const { instanceId = randomUUID(), module = 'math' } = options
  const lines: LoggedLine[] = []
  const hub = new GrpcHub()
  const clients = new ClientHub()
  const grpcInstallers = new GrpcInstallerStore()
  const host: StatedHost = { ready: true, health: [], stopping: new AbortController() }
  const moduleManager = new ModuleManager({ clock })
  // The hub reads nothing else of the host.
  const remoteClients = new RemoteClientsSlot()
  const registry = new ModuleRegistry([])
  hub.preInit({ grpcInstallers, moduleManager, registry, remoteClients, clock, instanceId, status: statusOf(host) })
  if (authenticator) clients.register(authenticatorKey, authenticator)
  const settings = settingsOf({ listen_addr: '127.0.0.1:0', ...config })
  hub.init(moduleContext({ clients, settings, hostLogger: recordingLogger(lines), signal: host.stopping.signal }))
  grpcInstallers.set([{ module, available: true, services }, ...others])
  return {
    hub,
    host,
    lines,
    moduleManager,
    clients,
    async start(signal = new AbortController().signal) {
      await hub.start(signal)
      return hub.boundEndpoint() ?? 'not bound'
    },
    [Symbol.asyncDispose]: () => hub.stop(AbortSignal.abort()),
  }
}

/** The registration of a calculator, some of whose methods are replaced. */
export function calculatorWith(methods: Partial<Calculator> = {}): GrpcServiceRegistration {
  return serveClient(calculatorClient, { ...calculator, ...methods })
}

/** A path for a Unix socket in a directory of its own. */
export async function createSocketPath(): Promise<{ readonly path: string } & AsyncDisposable> {
  const directory = await mkdtemp(join(tmpdir(), 'modkit-grpc-'))
  return { path: join(directory, 'hub.sock'), [Symbol.asyncDispose]: () => rm(directory, { recursive: true }) }
}

function statusOf(host: StatedHost): HostStatus {
  return {
    get state() {
      return host.ready ? ('running' as const) : ('starting' as const)
    },
    get ready() {
      return host.ready
    },
    hasRun: true,
    whenRunning: () => Promise.resolve(),
    degradations: [],
    health: () => Promise.resolve(host.health),
  }
}

type ContextParts = Pick<ConstructorParameters<typeof ModuleCtx>[0], 'clients' | 'settings' | 'hostLogger' | 'signal'>

function moduleContext(parts: ContextParts): ModuleCtx {
  return new ModuleCtx({
    ...parts,
    moduleName: 'grpc-hub',
    instanceId: 'instance-1',
    databaseSlot: { settled: true, database: undefined },
    clock: systemClock,
  })
}

function settingsOf(raw: Readonly<Record<string, unknown>>): ModuleSettings {
  const parse = <S extends StandardSchemaV1>(schema: S): StandardSchemaV1.InferOutput<S> => {
    const result = schema['~standard'].validate(raw)
    if (result instanceof Promise || result.issues) throw new Error('The configuration of the test is not valid.')
    return result.value
  }
  return { raw, parse, parseRequired: parse }
}

function recordingLogger(lines: LoggedLine[]): Logger {
  const at =
    (level: string) =>
    (message: string, fields?: LogFields): void =>
      void lines.push({ level, message, fields })
  const logger: Logger = {
    trace: at('trace'),
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: () => logger,
  }
  return logger
}
