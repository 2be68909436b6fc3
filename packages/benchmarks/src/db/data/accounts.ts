/** One row of `accounts`. */
export interface Account {
  readonly id: number
  readonly name: string
  readonly email: string
  readonly country: string
  readonly role: string
  readonly balance: number
}

export const ACCOUNTS = 1_000

export function accountOf(id: number): Account {
  return {
    id,
    name: `Ada Lovelace ${String(id)}`,
    email: `ada.${String(id)}@example.com`,
    country: ['GB', 'CH', 'FR'][id % 3] ?? 'GB',
    role: id % 10 === 0 ? 'editor' : 'reader',
    balance: 1_000 + id,
  }
}

/** Whose turn it is in a call: all of them, one after the other. */
export function idOf(call: number): number {
  return (call % ACCOUNTS) + 1
}

/** One row of `orders`, which numbers them itself. */
export interface Order {
  readonly account: number
  readonly item: string
  readonly quantity: number
  readonly price: number
}

export function orderOf(call: number): Order {
  return { account: idOf(call), item: `A thing to order, no. ${String(call)}`, quantity: (call % 7) + 1, price: 1_999 }
}
