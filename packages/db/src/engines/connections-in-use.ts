import type { Knex } from 'knex'

/** What this file uses of Knex's pool, which Knex's own types leave out. */
interface Pool {
  readonly used: readonly { readonly resource: unknown }[]
}

/** The connections that queries, transactions and whoever else hold at the moment. */
export function connectionsInUse(knex: Knex): readonly unknown[] {
  const { pool } = knex.client as { readonly pool?: Pool }
  return pool?.used.map(({ resource }) => resource) ?? []
}
