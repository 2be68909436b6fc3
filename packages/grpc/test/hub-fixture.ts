import { rm, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  ClientHub,
  ModuleCtx,
  type GrpcServiceRegistration,
  type LogFields,
  type Logger,
  type SystemContext,
} from '@modkit/core'
import { GrpcInstallerStore, RemoteClientsSlot, type ModuleSettings } from '@modkit/core/spi'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { GrpcHub, serveClient } from '../src/index.js'
import { calculator, calculatorClient, type Calculator } from './calculator.js'

export interface LoggedLine {
  readonly level: string
  readonly message: string
  readonly fields: LogFields | undefined
}

export interface HubFixture extends AsyncDisposable {
  readonly hub: GrpcHub
  readonly lines: readonly LoggedLine[]
  /** Starts the hub and gives its endpoint. */
  start(signal?: AbortSignal): Promise<string>
}

export interface HubFixtureOptions {
  readonly services?: readonly GrpcServiceRegistration[]
  readonly config?: Readonly<Record<string, unknown>>
}

/** A hub on a free port, driven through its hooks as a host drives it. */
export function createHub(options: HubFixtureOptions = {}): HubFixture {
  const { services = [], config = {} } = options
  const lines: LoggedLine[] = []
  const hub = new GrpcHub()
  const grpcInstallers = new GrpcInstallerStore()
  // The hub reads nothing else of the host.
  hub.preInit({ grpcInstallers, remoteClients: new RemoteClientsSlot() } as unknown as SystemContext)
  hub.init(moduleContext({ listen_addr: '127.0.0.1:0', ...config }, recordingLogger(lines)))
  grpcInstallers.set([{ module: 'math', available: true, services }])
  return {
    hub,
    lines,
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

function moduleContext(config: Readonly<Record<string, unknown>>, logger: Logger): ModuleCtx {
  return new ModuleCtx({
    moduleName: 'grpc-hub',
    instanceId: 'instance-1',
    signal: new AbortController().signal,
    hostLogger: logger,
    clients: new ClientHub(),
    settings: settingsOf(config),
    databaseSlot: { settled: true, database: undefined },
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
