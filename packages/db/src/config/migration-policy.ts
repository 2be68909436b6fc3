import type { SectionReader } from './section-reader.js'

/** What a finding means: the start fails, or the log tells of it. */
export type Severity = 'error' | 'warn'

/** What the configuration says of histories that do not fit the program. */
export interface MigrationPolicy {
  /** Migrations that have been applied and that the program does not know, most often a newer release's. Default `warn`. */
  readonly unknown: Severity
  /** Migrations that are not what they were when they were applied. Default `error`. */
  readonly edited: Severity
}

const WORDS: readonly Severity[] = ['error', 'warn']

/** The keys under `database.migrations`. */
export function readMigrationPolicy(reader: SectionReader | undefined): MigrationPolicy {
  reader?.rejectUnknownKeys(['unknown', 'edited'])
  return { unknown: reader?.choice('unknown', WORDS) ?? 'warn', edited: reader?.choice('edited', WORDS) ?? 'error' }
}
