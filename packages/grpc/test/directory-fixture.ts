import type { DirectoryClient, ModuleManager } from '@modkit/core/spi'
import { directoryClient, GrpcDirectoryClient, type GrpcDirectoryClientOptions } from '../src/index.js'
import { createHub } from './hub-fixture.js'

export const secret = 'secret-of-the-operator'
export const otherSecret = 'another-secret-of-the-operator'

export interface DirectoryFixture extends AsyncDisposable {
  readonly manager: ModuleManager
  readonly endpoint: string
  /** The client of the process that keeps the directory. */
  readonly local: DirectoryClient
  /** What the signatures of its host are checked with. */
  readonly signingKey: Buffer | undefined
  /** A client of another process. It is closed with the fixture. */
  remote(options?: Partial<GrpcDirectoryClientOptions>): GrpcDirectoryClient
}

/** The directory of a hub that has no services of modules. */
export async function startDirectory({ listen = '127.0.0.1:0' } = {}): Promise<DirectoryFixture> {
  const directory = { secrets: [secret, otherSecret] }
  const { hub, moduleManager, clients, start } = createHub({ config: { listen_addr: listen, directory } })
  const endpoint = await start()
  const opened: GrpcDirectoryClient[] = []
  return {
    manager: moduleManager,
    endpoint,
    local: clients.get(directoryClient),
    signingKey: hub.vouching.publicKey,
    remote: (over = {}) => {
      const client = new GrpcDirectoryClient({ endpoint, token: secret, ...over })
      opened.push(client)
      return client
    },
    async [Symbol.asyncDispose]() {
      for (const client of opened) client.close()
      await hub.stop(AbortSignal.abort())
    },
  }
}
