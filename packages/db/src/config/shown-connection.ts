import type { MergedSection, MergedValue } from '@modkit/core/spi'
import type { ConnectionFacts } from './merge-connection.js'
import type { PoolSettings } from './pool-settings.js'

type Shown = string | number | boolean

/** What a dump shows beside what was configured. */
export interface ShownDefaults {
  /** Where it is: `host` and `port` of a server, `path` of a file. */
  readonly place: Readonly<Record<string, Shown>>
  /** As one text, where the engine has one. */
  readonly dsn?: string
  readonly pool: PoolSettings
}

const POOL_KEYS = {
  maxConns: 'max_conns',
  minConns: 'min_conns',
  acquireTimeoutMs: 'acquire_timeout',
  idleTimeoutMs: 'idle_timeout',
  maxLifetimeMs: 'max_lifetime',
  testBeforeAcquire: 'test_before_acquire',
} as const

/** A connection as a dump shows it: out of the same facts that it is made of, each value with the key that decided it. */
export function shownConnection(facts: ConnectionFacts, { place, dsn, pool }: ShownDefaults): MergedSection {
  const { engine, user, password, dbname, params, sources } = facts
  const fields = Object.entries({ ...place, user, password, dbname })
  return new Map<string, MergedValue | MergedSection>([
    ...shownEntries([['engine', engine, sources['engine']]]),
    ...(dsn === undefined ? [] : [['dsn', { value: dsn, origin: 'merged from what follows' }] as const]),
    ...shownEntries(fields.map(([name, value]) => [name, value, sources[SOURCE_NAMES[name] ?? name]])),
    ...shownMap(
      'params',
      Object.entries(params).map(([name, value]) => [name, value, sources[`params.${name}`]]),
    ),
    ...shownMap('pool', shownPool(facts, pool)),
  ])
}

/** The path of a file comes from what the facts call its location. */
const SOURCE_NAMES: Readonly<Record<string, string>> = { path: 'location' }

type Entry = readonly [name: string, value: Shown | undefined, from: string | undefined]

function shownPool({ pool, sources }: ConnectionFacts, defaults: PoolSettings): readonly Entry[] {
  return Object.entries(POOL_KEYS).map(([name, key]) => {
    const setting = name as keyof typeof POOL_KEYS
    const value = pool[setting] ?? defaults[setting]
    const from = pool[setting] === undefined ? undefined : `${sources['pool'] ?? ''}.${key}`
    return [key, typeof value === 'number' && name.endsWith('Ms') ? `${String(value)}ms` : value, from]
  })
}

function shownMap(name: string, entries: readonly Entry[]): readonly (readonly [string, MergedSection])[] {
  const shown = shownEntries(entries)
  return shown.length === 0 ? [] : [[name, new Map(shown)]]
}

function shownEntries(entries: readonly Entry[]): readonly (readonly [string, MergedValue])[] {
  return entries.flatMap(([name, value, from]) =>
    value === undefined ? [] : [[name, { value, ...(from !== undefined && { from }) }] as const],
  )
}
