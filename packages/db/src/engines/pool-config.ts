import type { Knex } from 'knex'
import type { PoolSettings } from '../config/pool-settings.js'

/** How long a query waits for a free connection, in milliseconds, where the configuration says nothing. */
const ACQUIRE_TIMEOUT_MS = 30_000

/** A pool as it will be, for a dump. */
export function shownPool({ maxConns, minConns }: PoolDefaults): PoolSettings {
  return { maxConns, minConns, acquireTimeoutMs: ACQUIRE_TIMEOUT_MS }
}

export interface PoolDefaults {
  readonly maxConns: number
  readonly minConns: number
}

/** The settings of a pool as Knex's pool takes them. */
export function poolConfig(pool: PoolSettings, defaults: PoolDefaults): Knex.PoolConfig {
  const max = pool.maxConns ?? defaults.maxConns
  return {
    max,
    min: Math.min(pool.minConns ?? defaults.minConns, max),
    acquireTimeoutMillis: pool.acquireTimeoutMs ?? ACQUIRE_TIMEOUT_MS,
    ...(pool.idleTimeoutMs !== undefined && { idleTimeoutMillis: pool.idleTimeoutMs }),
    ...(pool.maxLifetimeMs !== undefined && { maxConnectionLifetimeMillis: pool.maxLifetimeMs }),
  }
}
