import type { HostInspection, PendingMigrations } from './host-inspection.js'
import type { HostOptions } from '../options/host-options.js'
import type { MigrationReport } from '../reports/migration-report.js'

/**
 * Under this name of `globalThis` a tool that was there before the program puts a {@link HostTakeover}. Shared by every
 * copy of this package in the process.
 */
const TAKEOVER = Symbol.for('modkit:host-takeover')

/** What a tool can do with a host that its program would have started. */
export interface TakenHost {
  /** Everything that can be known of the host without starting it. Never rejects. */
  inspect(): Promise<HostInspection>
  /** The migrations that `migrate` would run. Changes nothing. */
  pendingMigrations(): Promise<readonly PendingMigrations[]>
  /** Really migrates, as `host.migrate()` does. */
  migrate(): Promise<MigrationReport>
}

/** Given the host in place of its start. The program is not told: its `await` never ends, and the tool ends the process. */
export type HostTakeover = (host: TakenHost) => void

interface TakeoverGlobal {
  [TAKEOVER]?: HostTakeover
}

/** Hands a host over to the tool that waits for one; `undefined` where none does, which is how programs run. */
export function handOver(options: HostOptions, migrate: () => Promise<MigrationReport>): Promise<never> | undefined {
  const takeover = (globalThis as TakeoverGlobal)[TAKEOVER]
  if (!takeover) return undefined
  takeover({
    // Only who looks at programs needs what looks at them.
    inspect: async () => (await import('./inspect-host.js')).inspectHost(options),
    pendingMigrations: async () => (await import('./pending-migrations.js')).pendingMigrations(options),
    migrate,
  })
  return new Promise<never>(() => undefined)
}
