import { HostError } from '@modkit/core'
import type {
  DirectoryInstance,
  DirectoryRegistration,
  InstanceHeartbeat,
  InstanceIdentity,
  ModuleInstance,
  ModuleManager,
  RegistrationAnswer,
  ServiceEndpoint,
} from '@modkit/core/spi'
import type { DirectoryCaller } from './directory-callers.js'
import { checkIdentity, checkModule, checkRegistration, checkService } from './directory-requests.js'
import { watchEndpoints } from './watch-endpoints.js'

export interface DirectoryOptions {
  readonly manager: ModuleManager
  /** Given to whoever registers: the public key, as SPKI in DER, of what the host signs. */
  readonly signingKey?: Uint8Array | undefined
}

/** What a directory does for a caller whom it knows, however the call came. Every method throws what it refuses. */
export class Directory {
  readonly #manager: ModuleManager
  readonly #signingKey: Uint8Array | undefined

  constructor({ manager, signingKey }: DirectoryOptions) {
    this.#manager = manager
    this.#signingKey = signingKey
  }

  resolve(service: string): ServiceEndpoint {
    checkService(service)
    const found = this.#manager.pickService(service)
    if (!found) throw new HostError('SERVICE_NOT_FOUND', { service })
    return found
  }

  list(module: string): readonly DirectoryInstance[] {
    checkModule(module)
    return this.#manager.instancesOf(module).flatMap(listed)
  }

  register({ ready, ...registration }: DirectoryRegistration, caller: DirectoryCaller): RegistrationAnswer {
    checkRegistration(registration)
    this.#checkMayChange(registration, caller)
    this.#checkMayOffer(registration, caller)
    this.#manager.registerInstance({ ...registration, owner: caller.owner })
    if (ready === true) this.#manager.markReady(registration.module, registration.instanceId)
    return { signingKey: this.#signingKey }
  }

  deregister(instance: InstanceIdentity, caller: DirectoryCaller): void {
    checkIdentity(instance)
    this.#checkMayChange(instance, caller)
    this.#manager.deregister(instance.module, instance.instanceId)
  }

  heartbeat({ health, ...instance }: InstanceHeartbeat, caller: DirectoryCaller): void {
    checkIdentity(instance)
    this.#checkMayChange(instance, caller)
    const { module, instanceId } = instance
    this.#manager.noteHealth(instance, health)
    if (this.#manager.updateHeartbeat(module, instanceId, this.#manager.now())) return
    throw new HostError('INSTANCE_UNKNOWN', { module, instanceId })
  }

  watch(service: string, signal: AbortSignal | undefined): AsyncIterable<readonly ServiceEndpoint[]> {
    checkService(service)
    return watchEndpoints(this.#manager, service, signal)
  }

  /** An instance speaks for itself alone, and what one caller has registered no other may change. */
  #checkMayChange({ module, instanceId }: InstanceIdentity, caller: DirectoryCaller): void {
    const forbid = (reason: string): never => {
      throw new HostError('DIRECTORY_FORBIDDEN', { module, instanceId, reason })
    }
    if (caller.kind === 'host') return
    if (caller.kind === 'instance' && (caller.module !== module || caller.instanceId !== instanceId)) {
      forbid('the token of the call was issued to another instance')
    }
    const known = this.#manager.instancesOf(module).find((instance) => instance.instanceId === instanceId)
    if (known && known.owner !== caller.owner) forbid('somebody else has registered it')
  }

  /** A child that was taken over must not draw the calls of other modules to itself. */
  #checkMayOffer({ module, instanceId, services }: DirectoryRegistration, caller: DirectoryCaller): void {
    if (caller.kind !== 'instance') return
    for (const other of this.#manager.allInstances()) {
      if (other.module === module) continue
      const claimed = Object.keys(services).find((service) => Object.hasOwn(other.services, service))
      if (claimed === undefined) continue
      const reason = `"${claimed}" is a service of module "${other.module}"`
      throw new HostError('DIRECTORY_FORBIDDEN', { module, instanceId, reason })
    }
  }
}

/** An instance without services is nowhere, and not listed. */
function listed({ module, instanceId, services, state, version, pid, startedAt }: ModuleInstance): DirectoryInstance[] {
  const [first] = Object.keys(services).sort()
  if (first === undefined) return []
  return [{ module, instanceId, endpoint: services[first] ?? '', services, state, version, pid, startedAt }]
}
