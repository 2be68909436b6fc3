import { createHost } from '@modkit/core'
import { silentLogger } from '@modkit/core/spi'
import { GrpcHub } from '@modkit/grpc'
import { AccountsModule } from './accounts-module.js'
import { serveCalls } from './serve-calls.js'

/** The host of a child of this same program, which it calls. */
async function call(): Promise<void> {
  const config = {
    modules: {
      'grpc-hub': { config: { listen_addr: '127.0.0.1:0' } },
      accounts: { runtime: { type: 'oop' } },
    },
  }
  const host = createHost({ modules: [AccountsModule, GrpcHub], config, logger: silentLogger })
  if (process.env['MODKIT_MODULE'] !== undefined) return host.run()
  await serveCalls(await host.start())
}

void call()
