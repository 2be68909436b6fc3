import { parseDuration } from '@modkit/core/spi'
import type { SectionReader } from './section-reader.js'

/** How many connections a database keeps, and for how long. What is absent is the engine's default. */
export interface PoolSettings {
  readonly maxConns?: number | undefined
  readonly minConns?: number | undefined
  readonly acquireTimeoutMs?: number | undefined
  readonly idleTimeoutMs?: number | undefined
  readonly maxLifetimeMs?: number | undefined
  readonly testBeforeAcquire?: boolean | undefined
}

const KEYS = ['max_conns', 'min_conns', 'acquire_timeout', 'idle_timeout', 'max_lifetime', 'test_before_acquire']

const MAX_CONNECTIONS = 10_000

/** The keys under `pool`. */
export function readPool(reader: SectionReader): PoolSettings {
  reader.rejectUnknownKeys(KEYS)
  const duration = (key: string): number | undefined =>
    reader.parsed(key, (value) => parseDuration(value, `${reader.section}.${key}`))
  const settings = {
    maxConns: reader.integer('max_conns', { min: 1, max: MAX_CONNECTIONS }),
    minConns: reader.integer('min_conns', { min: 0, max: MAX_CONNECTIONS }),
    acquireTimeoutMs: duration('acquire_timeout'),
    idleTimeoutMs: duration('idle_timeout'),
    maxLifetimeMs: duration('max_lifetime'),
    testBeforeAcquire: reader.boolean('test_before_acquire'),
  }
  if ((settings.minConns ?? 0) > (settings.maxConns ?? MAX_CONNECTIONS)) {
    reader.problems.conflict(reader.section, 'min_conns is greater than max_conns')
  }
  return settings
}
