import { silentLogger } from '../../context/logger.js'
import { HostError } from '../../errors/host-error.js'
import type { HostedModule } from '../../phases/hosted-module.js'
import { syncHook } from '../../phases/sync-hook.js'
import { systemClock } from '../../time/clock.js'
import { settleWithin } from '../../time/deadline.js'
import type { HostAssembly } from '../assembly/assembly.js'
import { HostDeclaration } from '../declaration/host-declaration.js'
import type { MigrationStatus } from '../../capabilities/database.js'
import type { PendingMigrations } from './host-inspection.js'
import type { HostOptions } from '../options/host-options.js'
import { parseHostLimits } from '../options/host-limits.js'
import { assembleUnstarted, findModulesInTime } from './inspect-host.js'

const NOTHING: MigrationStatus = { pending: [], edited: [], unknown: [], problems: [] }

/**
 * What `migrate()` would apply, module by module, and what it would refuse. Modules are constructed; databases that exist are read, and closed again.
 *
 * @throws HostError what keeps the host from being put together, or `DB_UNAVAILABLE`
 */
export async function pendingMigrations(options: HostOptions): Promise<readonly PendingMigrations[]> {
  const { startDeadlineMs } = parseHostLimits(options)
  const declaration = new HostDeclaration(options, await findModulesInTime(options))
  const assembly = await assembleUnstarted({ ...options, logger: silentLogger }, declaration, { migrates: true })
  try {
    const pending: PendingMigrations[] = []
    for (const module of assembly.modules.topological) module.construct()
    for (const module of assembly.modules.systemFirst) {
      if (module.has('db')) pending.push(await pendingOf(module, assembly, startDeadlineMs))
    }
    return pending
  } finally {
    await assembly.databases?.close()
  }
}

async function pendingOf(
  module: HostedModule,
  { databases }: HostAssembly,
  afterMs: number,
): Promise<PendingMigrations> {
  const wanted = syncHook(module.name, 'migrations', () => module.hooks.migrations?.() ?? [])
  const migrations = wanted.map(({ name }) => name).sort()
  const configured = databases?.isConfigured(module.name) === true
  if (!configured) return pendingFrom(NOTHING, { module: module.name, configured, migrations })
  const ending = new AbortController()
  const asked = databases.migrationStatus?.(module.name, wanted, ending.signal) ?? Promise.resolve(undefined)
  const operation = `Reading the migrations of module "${module.name}"`
  const outcome = await settleWithin(asked, { operation, clock: systemClock, afterMs })
  if (outcome.kind === 'done') return pendingFrom(outcome.value, { module: module.name, configured, migrations })
  ending.abort(outcome.error)
  throw new HostError('PHASE_FAILED', { phase: 'db', module: module.name }, { cause: outcome.error })
}

/** @param status `undefined` where the database manager cannot say */
function pendingFrom(
  status: MigrationStatus | undefined,
  of: Pick<PendingMigrations, 'module' | 'configured' | 'migrations'>,
): PendingMigrations {
  const { edited, unknown, problems } = status ?? NOTHING
  return { ...of, pending: status?.pending, edited, unknown, problems: problems.map((problem) => problem.toJSON()) }
}
