import { HostError } from '../errors/host-error.js'
import type { ClientKey } from '../module/client-key.js'
import { type ClientProviders, noProviders } from './client-providers.js'

/** Where a hub looks for the clients of modules that run in other processes. */
export interface RemoteClients {
  /** The client of `key`, wherever its module runs, the same each time; `undefined` when it cannot be called from afar. */
  find<T>(key: ClientKey<T>): T | undefined
  /**
   * What callers get in place of an implementation of this process, the same each time. Left out where they get the
   * implementation itself.
   */
  wrapLocal?<T>(key: ClientKey<T>, implementation: T): T
}

/** Full names of services; `any` where a module of another language is among those that offer them, which declares none. */
export type MovedServices = ReadonlySet<string> | 'any'

/** The one place of a host for its {@link RemoteClients}; empty in a host that calls nobody. */
export class RemoteClientsSlot {
  #installed: RemoteClients | undefined
  #wrapsLocal = false
  #providers = noProviders
  #elsewhere: MovedServices = new Set()

  /**
   * From now on the host's `ClientHub` finds what runs elsewhere. System modules install before others begin their `init`.
   *
   * @throws HostError `REMOTE_CLIENTS_ALREADY_SET`
   */
  install(remoteClients: RemoteClients): void {
    if (this.#installed) throw new HostError('REMOTE_CLIENTS_ALREADY_SET', undefined)
    this.#installed = remoteClients
    this.#wrapsLocal = remoteClients.wrapLocal !== undefined
  }

  /** Says which modules provide which clients: nobody looks elsewhere for those of this process. */
  know(providers: ClientProviders): void {
    this.#providers = providers
  }

  /** Says which services belong to modules that run in other processes. */
  expectElsewhere(services: MovedServices): void {
    this.#elsewhere = services
  }

  /** Whether this host has moved a module with services out of its process. */
  get expectsServices(): boolean {
    return this.#elsewhere === 'any' || this.#elsewhere.size > 0
  }

  /** Whether a service, by its full name, may belong to a module that this host has moved out of its process. */
  mayBeElsewhere(service: string): boolean {
    return this.#elsewhere === 'any' || this.#elsewhere.has(service)
  }

  /** Whether {@link local} may give anything else than it is given. */
  get wrapsLocal(): boolean {
    return this.#wrapsLocal
  }

  /** Who provides which client, whether it has been registered already or not. */
  get providers(): ClientProviders {
    return this.#providers
  }

  /** A client of a module of another process. */
  find<T>(key: ClientKey<T>): T | undefined {
    return key.grpc && !this.#isLocal(key.name) ? this.#installed?.find(key) : undefined
  }

  /** What callers get for an implementation of this process. */
  local<T>(key: ClientKey<T>, implementation: T): T {
    return key.grpc && this.#installed?.wrapLocal ? this.#installed.wrapLocal(key, implementation) : implementation
  }

  #isLocal(client: string): boolean {
    return this.#providers.byClient.get(client)?.placement === 'here'
  }
}
