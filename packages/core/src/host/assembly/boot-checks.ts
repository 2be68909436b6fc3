import type { Capability } from '../../capabilities/capability.js'
import { HostError } from '../../errors/host-error.js'
import { registryError, type ModuleRegistry } from '../../registry/module-registry.js'
import { GRACE_MS } from '../../time/deadline.js'
import type { HostAssembly } from './assembly.js'
import type { HostOptions } from '../options/host-options.js'
import type { HostLimits } from '../options/host-limits.js'

/**
 * Routes need a gateway and services need a hub, in this process. Having the capability is enough, whatever the hook would
 * return.
 *
 * @throws HostError `REST_REQUIRES_HOST` or `GRPC_REQUIRES_HUB`; `REGISTRY_INVALID` with both where both are missing
 */
export function assertHostsPresent(registry: ModuleRegistry): void {
  const local = registry.entries.filter(({ placement }) => placement === 'local')
  const bearers = (capability: Capability): string[] =>
    local.filter(({ capabilities }) => capabilities.includes(capability)).map(({ name }) => name)
  const lacks = (capability: Capability, host: Capability): boolean =>
    bearers(capability).length > 0 && bearers(host).length === 0
  const problems = [
    ...(lacks('rest', 'rest_host') ? [new HostError('REST_REQUIRES_HOST', { modules: bearers('rest') })] : []),
    ...(lacks('grpc', 'grpc_hub') ? [new HostError('GRPC_REQUIRES_HUB', { modules: bearers('grpc') })] : []),
  ]
  if (problems.length > 0) throw oneOrAll(problems)
}

/** One problem stays itself. */
export function oneOrAll(problems: readonly HostError[]): HostError {
  const [first, ...others] = problems
  return first && others.length === 0 ? first : registryError(problems)
}

export interface DeadlineFacts {
  readonly limits: HostLimits
  readonly options: HostOptions
  /** Whether a watchdog will count the time of the stop. */
  readonly watched: boolean
}

/** Says at the start which configured deadlines will never be reached, while there is time to change them. */
export function warnOfUnreachableDeadlines({ logger, modules }: HostAssembly, facts: DeadlineFacts): void {
  const { limits, options, watched } = facts
  const { shutdownDeadlineMs, watchdogMs } = limits
  // Of the watchdog's time a module is given all but the second that it gets after its deadline.
  const isBeyondWatchdog = (ms: number): boolean => watched && ms > watchdogMs - GRACE_MS
  if (options.shutdownDeadline !== undefined && isBeyondWatchdog(shutdownDeadlineMs)) {
    const fields = { shutdown_deadline_ms: shutdownDeadlineMs, watchdog_ms: watchdogMs }
    logger.warn('The shutdown deadline cannot be reached: the watchdog is shorter. Raise watchdog.', fields)
  }
  for (const { name, definition } of modules.topological) {
    if (definition.lifecycle?.stopTimeoutGiven !== true) continue
    const fields = { module: name, stop_timeout_ms: definition.lifecycle.stopTimeoutMs }
    if (fields.stop_timeout_ms > shutdownDeadlineMs) {
      const cutTo = { ...fields, shutdown_deadline_ms: shutdownDeadlineMs }
      logger.warn('The stop timeout is longer than the shutdown deadline and will be cut', cutTo)
    }
    if (isBeyondWatchdog(fields.stop_timeout_ms)) {
      const cutTo = { ...fields, watchdog_ms: watchdogMs }
      logger.warn('The stop timeout cannot be reached: the watchdog is shorter. Raise watchdog.', cutTo)
    }
  }
}
