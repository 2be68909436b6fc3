import { randomUUID } from 'node:crypto'
import type { Clock, GrpcServiceRegistration } from '@modkit/core'
import { ModuleManager, silentLogger, systemClock, type DirectoryClient } from '@modkit/core/spi'
import { GrpcDirectoryClient, type GrpcDirectoryClientOptions } from '../src/index.js'
import { parseListenAddress } from '../src/hub/endpoint.js'
import { defaultHubSettings } from '../src/hub/hub-config.js'
import { HubServer } from '../src/hub/hub-server.js'
import { ServedDirectory } from '../src/hub/served-directory.js'

export const secret = 'secret-of-the-operator'
export const otherSecret = 'another-secret-of-the-operator'

export const signingKey = Uint8Array.of(1, 2, 3)

export interface DirectoryFixture extends AsyncDisposable {
  readonly manager: ModuleManager
  readonly endpoint: string
  /** The client of the process that keeps the directory. */
  readonly local: DirectoryClient
  readonly served: ServedDirectory
  /** A client of another process. It is closed with the fixture. */
  remote(options?: Partial<GrpcDirectoryClientOptions>): GrpcDirectoryClient
  /** Stops serving, as a host that ends. */
  stop(deadline?: AbortSignal): Promise<void>
}

export interface DirectoryFixtureOptions {
  /** Default any free port. */
  readonly listen?: string
  readonly clock?: Clock
  readonly services?: readonly GrpcServiceRegistration[]
}

/** A directory, served as a hub serves it. */
export async function startDirectory(options: DirectoryFixtureOptions = {}): Promise<DirectoryFixture> {
  const { listen = '127.0.0.1:0', clock = systemClock, services = [] } = options
  const manager = new ModuleManager({ clock })
  const served = new ServedDirectory({
    settings: { secrets: [secret, otherSecret] },
    system: { instanceId: randomUUID(), moduleManager: manager, clock },
    logger: silentLogger,
    environment: {},
    signingKey,
  })
  const own = { module: 'math', available: true, services }
  const { limits } = defaultHubSettings
  const server = new HubServer({
    installers: [own, ...served.services],
    limits,
    logger: silentLogger,
    clock: systemClock,
  })
  const address = parseListenAddress(listen)
  if (address.kind === 'bad') throw new Error(address.reason)
  const { endpoint } = await server.listen(address, new AbortController().signal)
  served.open(endpoint, [own])
  const clients: GrpcDirectoryClient[] = []
  const stop = async (deadline: AbortSignal = AbortSignal.abort()): Promise<void> => {
    served.leave()
    await server.close(deadline)
    served.close()
  }
  return {
    manager,
    endpoint,
    served,
    local: served.client,
    remote: (over = {}) => {
      const client = new GrpcDirectoryClient({ endpoint, token: secret, ...over })
      clients.push(client)
      return client
    },
    stop,
    async [Symbol.asyncDispose]() {
      for (const client of clients) client.close()
      await stop()
    },
  }
}
