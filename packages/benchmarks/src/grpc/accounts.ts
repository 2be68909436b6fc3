import { clientKey } from '@modkit/core'
import { accountsGrpc, createAccount, type Account, type Accounts } from './accounts.grpc.js'

export const accountsClient = clientKey<Accounts>('accounts', { grpc: accountsGrpc })

export const ACCOUNTS_PACKAGE = 'bench.accounts.v1'

/** How many there are. */
export const ACCOUNTS = 1_000

const accounts: readonly Account[] = Array.from({ length: ACCOUNTS }, (_, index) =>
  createAccount({
    id: String(index),
    name: `Person number ${String(index)}`,
    email: `person-${String(index)}@example.com`,
    role: index % 2 === 0 ? 'ROLE_OWNER' : 'ROLE_GUEST',
    balance: index * 1.25,
    tags: ['a tag', `tag ${String(index % 7)}`],
    active: index % 3 === 0,
  }),
)

export function accountOf(id: string): Account {
  const account = accounts[Number(id)]
  if (!account) throw new RangeError(`There is no account ${id}.`)
  return account
}

export function firstAccounts(count: number): readonly Account[] {
  return accounts.slice(0, count)
}
