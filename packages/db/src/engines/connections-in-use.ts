import type { Knex } from 'knex'

/** What this file uses of Knex's pool, which Knex's own types leave out. */
interface Pool {
  readonly used: readonly Resource[]
  readonly free: readonly Resource[]
}

interface Resource {
  readonly resource: unknown
}

/** The connections that queries, transactions and whoever else hold at the moment. */
export function connectionsInUse(knex: Knex): readonly unknown[] {
  return resourcesOf(poolOf(knex)?.used)
}

/** The same, and those that wait to be used. */
export function connectionsOf(knex: Knex): readonly unknown[] {
  const pool = poolOf(knex)
  return [...resourcesOf(pool?.used), ...resourcesOf(pool?.free)]
}

function poolOf(knex: Knex): Pool | undefined {
  return (knex.client as { readonly pool?: Pool }).pool
}

function resourcesOf(resources: readonly Resource[] = []): readonly unknown[] {
  return resources.map(({ resource }) => resource)
}
