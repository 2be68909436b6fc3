import { HostError } from '../errors/host-error.js'
import { nearest } from '../errors/nearest.js'
import type { ClientKey } from '../module/client-key.js'
import { WELL_KNOWN_TOKEN } from '../module/provider.js'
import { RemoteClientsSlot } from './remote-clients.js'

/**
 * How modules find each other: objects under typed keys.
 *
 * The last registration of a key wins; whoever holds the object before keeps it. Scoped and unscoped entries are
 * independent: neither falls back to the other. A key that names a proto service is found in other processes, too, where the
 * host has a gRPC hub; scoped clients and all others are of this process only.
 */
export class ClientHub {
  /** Lets two copies of this package agree on what `inject(ClientHub)` means. */
  static readonly [WELL_KNOWN_TOKEN] = 'ClientHub'
  readonly #clients = new Map<string, unknown>()
  readonly #scopes = new Map<string, Map<string, unknown>>()
  readonly #remote: RemoteClientsSlot

  /** `remote` is the host's; a hub of its own finds nothing elsewhere. */
  constructor(remote: RemoteClientsSlot = new RemoteClientsSlot()) {
    this.#remote = remote
  }

  /** What was registered, as it was registered. @internal */
  static registeredIn(hub: ClientHub, name: string): unknown {
    return hub.#clients.get(name)
  }

  /** Registers the client of a key, in place of one that is there. */
  register<T>(key: ClientKey<T>, implementation: NoInfer<T>): void {
    this.#clients.set(key.name, implementation)
  }

  /**
   * The implementation that was registered, else a client of the module in another process.
   *
   * @throws HostError `CLIENT_NOT_FOUND`, with who provides it, as far as the host knows, or the nearest names
   */
  get<T>(key: ClientKey<T>): T {
    const client = this.#clients.get(key.name)
    // register() checked the object against the key.
    if (client !== undefined) return this.#remote.wrapsLocal ? this.#remote.local(key, client as T) : (client as T)
    if (this.#clients.has(key.name)) return client as T
    const remote = this.#remote.find(key)
    if (remote === undefined) throw this.#notFound(key.name)
    return remote
  }

  /** The same as `get`, or `undefined` where there is none. */
  tryGet<T>(key: ClientKey<T>): T | undefined {
    const client = this.#clients.get(key.name) as T | undefined
    if (client !== undefined) return this.#remote.wrapsLocal ? this.#remote.local(key, client) : client
    return this.#clients.has(key.name) ? undefined : this.#remote.find(key)
  }

  /** Registers one of several clients of a key, told apart by an opaque `scope`. */
  registerScoped<T>(key: ClientKey<T>, scope: string, implementation: NoInfer<T>): void {
    const scoped = this.#scopes.get(key.name) ?? new Map<string, unknown>()
    this.#scopes.set(key.name, scoped.set(scope, implementation))
  }

  /** @throws HostError `CLIENT_NOT_FOUND`, naming the scope */
  getScoped<T>(key: ClientKey<T>, scope: string): T {
    const scoped = this.#scopes.get(key.name)
    if (!scoped?.has(scope)) throw this.#notFound(key.name, scope)
    return scoped.get(scope) as T
  }

  /** The same as `getScoped`, or `undefined` where there is none. */
  tryGetScoped<T>(key: ClientKey<T>, scope: string): T | undefined {
    return this.#scopes.get(key.name)?.get(scope) as T | undefined
  }

  /** Takes the client out and returns it, if it was there. */
  remove<T>(key: ClientKey<T>): T | undefined {
    const client = this.#clients.get(key.name) as T | undefined
    this.#clients.delete(key.name)
    return client
  }

  /** Takes the scoped client out and returns it, if it was there. */
  removeScoped<T>(key: ClientKey<T>, scope: string): T | undefined {
    const client = this.tryGetScoped(key, scope)
    const scoped = this.#scopes.get(key.name)
    scoped?.delete(scope)
    if (scoped?.size === 0) this.#scopes.delete(key.name)
    return client
  }

  /** Takes out all clients, scoped ones included. Whoever holds one keeps it. */
  clear(): void {
    this.#clients.clear()
    this.#scopes.clear()
  }

  /** How many clients there are, scoped ones included. */
  get size(): number {
    let size = this.#clients.size
    for (const scoped of this.#scopes.values()) size += scoped.size
    return size
  }

  #notFound(client: string, scope?: string): HostError {
    const { providers } = this.#remote
    if (scope !== undefined) {
      return new HostError('CLIENT_NOT_FOUND', { client, scope, suggestions: others(client, this.#scopes.keys()) })
    }
    const provider = providers.byClient.get(client)
    const failed = providers.failedModules()
    return new HostError('CLIENT_NOT_FOUND', {
      client,
      suggestions: others(client, [...this.#clients.keys(), ...providers.byClient.keys()]),
      ...(provider && { provider: provider.module, placement: provider.placement }),
      ...(!provider && failed.length > 0 && { failed }),
    })
  }
}

function others(name: string, known: Iterable<string>): readonly string[] {
  return nearest(
    name,
    [...new Set(known)].filter((other) => other !== name),
  )
}
