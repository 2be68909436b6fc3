import type { ConfigProblems } from '../../config/config-problems.js'
import { type Parameter, readParameters } from '../../config/parameters.js'

/** How SQLite is set up on every connection. Foreign keys are always enforced. */
export interface SqlitePragmas {
  /** Default `WAL`: readers and one writer do not wait for each other. */
  readonly journalMode: string
  /** Default `NORMAL`. */
  readonly synchronous: string
  /** The longest wait for another connection's lock, in milliseconds. Default 5,000. */
  readonly busyTimeoutMs: number
}

const JOURNAL_MODES = ['DELETE', 'WAL', 'MEMORY', 'TRUNCATE', 'PERSIST', 'OFF']
const SYNCHRONOUS = ['OFF', 'NORMAL', 'FULL', 'EXTRA']
const WAL_SWITCH: Readonly<Record<string, string>> = { true: 'WAL', '1': 'WAL', false: 'DELETE', '0': 'DELETE' }

const MAX_BUSY_TIMEOUT_MS = 2 ** 31 - 1

const parameters: Readonly<Record<string, Parameter<SqlitePragmas>>> = {
  wal: {
    legal: 'true, false, 1 or 0',
    read: (value) => {
      const mode = WAL_SWITCH[value.toLowerCase()]
      return mode === undefined ? undefined : { journalMode: mode }
    },
  },
  journal_mode: {
    legal: JOURNAL_MODES.join(', '),
    read: (value) => oneOf(JOURNAL_MODES, value, (journalMode) => ({ journalMode })),
  },
  synchronous: {
    legal: SYNCHRONOUS.join(', '),
    read: (value) => oneOf(SYNCHRONOUS, value, (synchronous) => ({ synchronous })),
  },
  busy_timeout: {
    legal: 'a number of milliseconds, 0 or more',
    read: (value) =>
      /^\d+$/.test(value) && Number(value) <= MAX_BUSY_TIMEOUT_MS ? { busyTimeoutMs: Number(value) } : undefined,
  },
}

const defaults: SqlitePragmas = { journalMode: 'WAL', synchronous: 'NORMAL', busyTimeoutMs: 5_000 }

/**
 * The pragmas out of `params` and the query of a DSN. Names in either case; `journal_mode` beats `wal`.
 *
 * @param section where the module's section stands, for messages
 */
export function readPragmas(
  params: Readonly<Record<string, string>>,
  section: string,
  problems: ConfigProblems,
): SqlitePragmas {
  const entries = Object.entries(params).map(([name, value]) => [name.toLowerCase(), value] as const)
  // Last wins, so the explicit mode comes after the switch.
  entries.sort(([a], [b]) => Number(a !== 'wal') - Number(b !== 'wal'))
  return readParameters(entries, { of: 'SQLite', table: parameters, defaults }, { section, problems })
}

function oneOf(
  legal: readonly string[],
  value: string,
  make: (value: string) => Partial<SqlitePragmas>,
): Partial<SqlitePragmas> | undefined {
  const upper = value.toUpperCase()
  return legal.includes(upper) ? make(upper) : undefined
}
