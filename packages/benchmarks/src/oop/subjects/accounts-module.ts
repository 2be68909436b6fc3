import { defineModule, type ModuleCtx } from '@modkit/core'
import { accountOf, accountsClient, firstAccounts } from '../../grpc/accounts.js'
import type { Accounts } from '../../grpc/accounts.grpc.js'

const accounts: Accounts = {
  find: async ({ id }) => accountOf(id),
  async *list({ count }) {
    yield* firstAccounts(count)
  },
}

/** A module that runs wherever the configuration says. */
export const AccountsModule = defineModule(
  { name: 'accounts', provides: [accountsClient] },
  class {
    init(ctx: ModuleCtx): void {
      ctx.clients.register(accountsClient, accounts)
    }
  },
)
