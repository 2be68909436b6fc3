import { createHost, defineModule, type GrpcServiceRegistration } from '@modkit/core'
import { silentLogger } from '@modkit/core/spi'
import { GrpcHub, serveClient } from '@modkit/grpc'
import type { Accounts } from '../accounts.grpc.js'
import { accountOf, accountsClient, firstAccounts } from '../accounts.js'
import { tellServer } from './tell-server.js'

const accounts: Accounts = {
  find: async ({ id }) => accountOf(id),
  async *list({ count }) {
    for (const account of firstAccounts(count)) yield account
  },
}

const AccountsModule = defineModule(
  { name: 'accounts', capabilities: ['grpc'] },
  class {
    grpcServices(): readonly GrpcServiceRegistration[] {
      return [serveClient(accountsClient, accounts)]
    }
  },
)

async function serve(): Promise<void> {
  const config = { modules: { 'grpc-hub': { config: { listen_addr: process.argv[2] } } } }
  const host = await createHost({ modules: [AccountsModule, GrpcHub], config, logger: silentLogger }).start()
  tellServer(host.module(GrpcHub).boundEndpoint())
}

void serve()
