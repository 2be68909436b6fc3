import {
  createHost,
  defineModule,
  type ClientRegistration,
  type Host,
  type HostOptions,
  type Logger,
  type ModuleClass,
  type ModuleCtx,
  type RestApi,
} from '@modkit/core'
import { silentLogger } from '@modkit/core/spi'
import { ApiGateway, type GatewayConfig } from '../../src/index.js'

/** A module that only declares operations. */
export function restModule(name: string, declare: (rest: RestApi, ctx: ModuleCtx) => void): ModuleClass {
  return defineModule(
    { name, capabilities: ['rest'] },
    class {
      registerRest(ctx: ModuleCtx, rest: RestApi): void {
        declare(rest, ctx)
      }
    },
  )
}

export interface ServeOptions {
  readonly modules?: readonly ModuleClass[]
  readonly config?: GatewayConfig
  /** The entries of other modules in the configuration. */
  readonly sections?: object
  readonly clients?: readonly ClientRegistration[]
  readonly logger?: Logger
  readonly gateway?: ModuleClass<ApiGateway>
  readonly host?: Pick<HostOptions, 'clock' | 'drain'>
}

/** A host with a gateway on a free port; disposing it stops it. */
export async function serve(options: ServeOptions | ((rest: RestApi) => void)): Promise<Serving> {
  const given = typeof options === 'function' ? { modules: [restModule('users', options)] } : options
  const host = unstarted(given)
  await host.start()
  const gateway = host.module(given.gateway ?? ApiGateway)
  return new Serving(host, gateway)
}

/** The same host before its start. */
export function unstarted(options: ServeOptions): Host {
  const { modules = [], config, sections, clients = [], logger, gateway, host } = options
  return createHost({
    ...host,
    modules: [gateway ?? ApiGateway, ...modules],
    clients,
    logger: logger ?? silentLogger,
    config: { modules: { 'api-gateway': { config: { bind_addr: '127.0.0.1:0', ...config } }, ...sections } },
  })
}

export class Serving implements AsyncDisposable {
  readonly host: Host
  readonly gateway: ApiGateway

  constructor(host: Host, gateway: ApiGateway) {
    this.host = host
    this.gateway = gateway
  }

  get url(): string {
    return this.gateway.address ?? ''
  }

  get port(): number {
    return Number(new URL(this.url).port)
  }

  fetch(path: string, init?: RequestInit): Promise<Response> {
    return fetch(this.url + path, init)
  }

  /** Sends a JSON body to a route such as `POST /users`. */
  send(route: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    const [method = '', path = ''] = route.split(' ')
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    return this.fetch(path, { method, body: text, headers: { 'content-type': 'application/json', ...headers } })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.host.stop()
  }
}

/** A logger that keeps what it is given. */
export function recordingLogger(): { logger: Logger; lines: LogLine[] } {
  const lines: LogLine[] = []
  const at = (level: string) => (message: string, fields?: Readonly<Record<string, unknown>>) =>
    void lines.push({ level, message, fields: fields ?? {} })
  const logger: Logger = {
    trace: at('trace'),
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: () => logger,
  }
  return { logger, lines }
}

export interface LogLine {
  readonly level: string
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>>
}
