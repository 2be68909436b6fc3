import { hostOptionsFrom } from './options/check-host-options.js'
import type { Host } from './host.js'
import type { HostOptions } from './options/host-options.js'
import type { HostSeams } from './options/host-seams.js'
import { ModuleHost } from './module-host.js'

/**
 * A host for these modules. Does nothing yet, and never throws: what is wrong comes with `start()`, `run()` or `registry`.
 *
 * ```ts
 * await createHost({ modules: [ApiGateway, Users] }).run()
 * ```
 */
export function createHost(options: HostOptions = {}): Host {
  return new ModuleHost(hostOptionsFrom(options))
}

/** The same, with parts of the host replaced: for test tools. */
export function createHostWith(options: HostOptions, seams: HostSeams): Host {
  return new ModuleHost(hostOptionsFrom(options), seams)
}
