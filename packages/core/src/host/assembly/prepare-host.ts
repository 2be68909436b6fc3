import { randomUUID } from 'node:crypto'
import type { ClientHub } from '../../client-hub/client-hub.js'
import type { RemoteClientsSlot } from '../../client-hub/remote-clients.js'
import type { Degradation } from '../../context/host-status.js'
import type { ModuleClass } from '../../module/module-class.js'
import type { ChildRole } from '../../out-of-process/child-role.js'
import type { Clock } from '../../time/clock.js'
import { settleWithin } from '../../time/deadline.js'
import { assemble } from './assemble.js'
import type { HostAssembly } from './assembly.js'
import { findModules } from '../declaration/find-modules.js'
import type { HostDeclaration } from '../declaration/host-declaration.js'
import { openHostLog, type HostLog } from './host-log.js'
import type { HostOptions } from '../options/host-options.js'
import type { HostLimits } from '../options/host-limits.js'
import type { HostSeams } from '../options/host-seams.js'
import type { LiveHostStatus } from './host-status.js'

/** What a host brings to its preparation. */
export interface Preparation {
  readonly options: HostOptions
  readonly seams: HostSeams
  readonly limits: HostLimits
  readonly clients: ClientHub
  readonly remoteClients: RemoteClientsSlot
  readonly clock: Clock
  /** The root signal. */
  readonly signal: AbortSignal
  readonly degradations: Degradation[]
  readonly status: LiveHostStatus
  /** Whether only databases are brought up to date. */
  readonly migrates: boolean
  /** Set in a child. */
  readonly role: ChildRole | undefined
  /** Declares the host for these modules, the first time; checks configuration and registry. */
  readonly declare: (classes: readonly ModuleClass[]) => HostDeclaration
  /** Told as soon as there is a log, so that it is closed whatever comes after. */
  readonly onLog: (log: HostLog) => void
}

/**
 * Everything before the first phase: find the modules, check them and the configuration, open the log, put the host together.
 *
 * Each step has the deadline of a hook, and ends when the host is told to stop.
 */
export async function prepareHost(preparation: Preparation): Promise<HostAssembly> {
  const { options, seams, clients, remoteClients, clock, signal, degradations, status, role } = preparation
  const classes = await inTime(preparation, 'Finding the modules', findModules(options))
  const declaration = preparation.declare(classes)
  const log = await openHostLog(options, { config: declaration.config, clock, isChild: role !== undefined })
  preparation.onLog(log)
  for (const { key, implementation } of options.clients ?? []) clients.register(key, implementation)
  const assembly = assemble({
    options,
    seams,
    declaration,
    clients,
    remoteClients,
    logger: log.logger,
    clock,
    signal,
    degradations,
    migrates: preparation.migrates,
    startDeadlineMs: preparation.limits.startDeadlineMs,
    instanceId: role?.instanceId ?? options.instanceId ?? randomUUID(),
    status,
  })
  try {
    return await inTime(preparation, 'Putting the host together', assembly)
  } catch (error) {
    closeLate(assembly)
    throw error
  }
}

/** An assembly that arrives when nobody waits for it any more must not stay open. */
function closeLate(assembly: Promise<HostAssembly>): void {
  assembly
    .then(({ databases }) => databases?.close())
    // The start has failed already, and nobody is left to be told that this did too.
    .catch(() => undefined)
}

async function inTime<T>({ clock, signal, limits }: Preparation, operation: string, work: Promise<T>): Promise<T> {
  const outcome = await settleWithin(work, {
    operation,
    clock,
    signal,
    afterMs: limits.startDeadlineMs,
    option: 'startDeadline',
  })
  if (outcome.kind === 'done') return outcome.value
  throw outcome.error
}
