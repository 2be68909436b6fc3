// Written by "modkit-grpc gen" from accounts.proto: change that file and run it again.
import type { CallOptions } from '@modkit/grpc'

/** What the gRPC bench calls. */
export interface Accounts {
  find(request: AccountId, options?: CallOptions): Promise<Account>
  /** The first so many. */
  list(request: ListAccounts, options?: CallOptions): AsyncIterable<Account>
}

/** For the client key: `clientKey<Accounts>('...', { grpc: accountsGrpc })`. */
export const accountsGrpc = {
  proto: new URL('../../proto/accounts.proto', import.meta.url),
  service: 'bench.accounts.v1.Accounts',
  int64: 'string',
} as const

export interface AccountId {
  readonly id: string
}

/** A {@link AccountId} in which a field that is left out is as if it had not been sent. */
export const createAccountId = (fields: Partial<AccountId> = {}): AccountId => ({ id: '0', ...fields })

export interface Account {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly role: Role
  readonly balance: number
  readonly tags: readonly string[]
  readonly active: boolean
}

/** A {@link Account} in which a field that is left out is as if it had not been sent. */
export const createAccount = (fields: Partial<Account> = {}): Account => ({ id: '0', name: '', email: '', role: 'ROLE_UNSPECIFIED', balance: 0, tags: [], active: false, ...fields })

export type Role =
  | 'ROLE_UNSPECIFIED'
  | 'ROLE_OWNER'
  | 'ROLE_GUEST'

export interface ListAccounts {
  readonly count: number
}

/** A {@link ListAccounts} in which a field that is left out is as if it had not been sent. */
export const createListAccounts = (fields: Partial<ListAccounts> = {}): ListAccounts => ({ count: 0, ...fields })
