import type { HostedModule } from './hosted-module.js'
import { syncHook } from './sync-hook.js'
import type { Phase, PhaseHost, Visit } from './phase.js'

/**
 * Every module's database is opened; the migrations of `db` modules run, system modules first. In a host without any database
 * modules are told so on the way, which is no visit.
 */
export const db: Phase = {
  name: 'db',
  title: 'db (before init)',
  label: 'DB migration',
  *visits(host) {
    const { databases, modules } = host
    for (const module of modules.systemFirst) {
      if (databases === undefined) goWithout(host, module)
      else yield visitTo(host, module)
    }
  },
}

/** What is not waited for any longer ends as well: a statement of a migration would run on, and hold the lock. */
function visitTo(host: PhaseHost, module: HostedModule): Visit {
  const abandoned = new AbortController()
  const signal = AbortSignal.any([host.signal, abandoned.signal])
  return {
    module: module.name,
    hook: 'migrations',
    run: () => (isConfigured(host, module) ? openAndMigrate(host, module, signal) : goWithout(host, module)),
    onAbandoned: () => abandoned.abort(),
  }
}

function isConfigured({ databases }: PhaseHost, { name }: HostedModule): boolean {
  return databases?.isConfigured(name) === true
}

function goWithout({ logger }: PhaseHost, module: HostedModule): void {
  module.databaseSlot.settle(undefined)
  if (!module.has('db')) return
  logger.warn('Module has migrations but no database', {
    module: module.name,
    hint: `write modules.${module.name}.database, for example { engine: sqlite, file: ${module.name}.db }`,
  })
}

async function openAndMigrate(host: PhaseHost, module: HostedModule, signal: AbortSignal): Promise<void> {
  const { databases, migrations } = host
  if (!databases) return
  module.databaseSlot.settle(await databases.resolve(module.name, signal))
  // A database that opens when nobody waits for it any more is not migrated behind the host's back.
  if (!module.has('db') || signal.aborted || host.failureOf(module.name) !== undefined) return
  const wanted = syncHook(module.name, 'migrations', () => module.hooks.migrations?.() ?? [])
  migrations.push(await databases.migrate(module.name, wanted, signal))
}
