import { HostError } from '../errors/host-error.js'
import type { ModuleRegistry } from '../registry/module-registry.js'
import type { HostAssembly } from './assembly.js'
import type { HostLimits, HostOptions } from './host-options.js'

/**
 * Routes need a gateway and services need a hub. Having the capability is enough, whatever the hook would return.
 *
 * @throws HostError `REST_REQUIRES_HOST` or `GRPC_REQUIRES_HUB`
 */
export function assertHostsPresent(registry: ModuleRegistry): void {
  const bearers = (capability: 'rest' | 'grpc'): string[] => registry.withCapability(capability).map(({ name }) => name)
  if (bearers('rest').length > 0 && registry.withCapability('rest_host').length === 0) {
    throw new HostError('REST_REQUIRES_HOST', { modules: bearers('rest') })
  }
  if (bearers('grpc').length > 0 && registry.withCapability('grpc_hub').length === 0) {
    throw new HostError('GRPC_REQUIRES_HUB', { modules: bearers('grpc') })
  }
}

export interface DeadlineFacts {
  readonly limits: HostLimits
  readonly options: HostOptions
  /** Whether a watchdog will count the time of the stop. */
  readonly watched: boolean
}

/** Says at the start which configured deadlines will never be reached, while there is time to change them. */
export function warnOfUnreachableDeadlines(assembly: HostAssembly, { limits, options, watched }: DeadlineFacts): void {
  const { shutdownDeadlineMs, watchdogMs } = limits
  if (watched && options.shutdownDeadline !== undefined && shutdownDeadlineMs > watchdogMs) {
    const fields = { shutdown_deadline_ms: shutdownDeadlineMs, watchdog_ms: watchdogMs }
    assembly.logger.warn('The shutdown deadline cannot be reached: the watchdog is shorter. Raise watchdog.', fields)
  }
  for (const { name, definition } of assembly.modules.topological) {
    const { lifecycle } = definition
    if (lifecycle?.stopTimeoutGiven !== true || lifecycle.stopTimeoutMs <= shutdownDeadlineMs) continue
    const fields = { module: name, stop_timeout_ms: lifecycle.stopTimeoutMs, shutdown_deadline_ms: shutdownDeadlineMs }
    assembly.logger.warn('The stop timeout is longer than the shutdown deadline and will be cut', fields)
  }
}
