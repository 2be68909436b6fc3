import { Metadata, type Client, type MethodDefinition, type ServiceDefinition } from '@grpc/grpc-js'
import { HostError, type ClientKey, type Clock, type GrpcBinding } from '@modkit/core'
import type { RemoteClients } from '@modkit/core/spi'
import { showFamily } from '../propagation/family-metadata.js'
import { loadService, methodNameOf } from '../service/load-service.js'
import { policyOf, type ServicePolicy } from './call-policy.js'
import { CallSite } from './call-site.js'
import type { ChannelSource, ServiceTarget } from './channel-source.js'
import type { ClientSettings } from './client-settings.js'
import { remoteMethod, type ClientMethod, type Line } from './remote-calls.js'
import { openChannel } from './service-channel.js'
import { strictLocalMethod } from './strict-local.js'

export interface GrpcClientsOptions {
  readonly settings: ClientSettings
  readonly channels: ChannelSource
  readonly clock: Clock
  /** Adds to the metadata of a call what its callee should know of this process's own caller. */
  readonly propagate?: (metadata: Metadata) => void
}

const NOT_YET = 'the gRPC hub of this host has not started yet; call from start() on, not from init()'
const STOPPED = 'this host has stopped'

/** What is known of a client once its key has been read. */
interface Contract {
  /** The key's. */
  readonly name: string
  readonly definition: ServiceDefinition
  readonly policy: ServicePolicy
}

/**
 * The clients of services in other processes, one for each key and with one channel for each service. They can be asked for
 * at any time, and called while the host runs.
 */
export class GrpcClients implements RemoteClients {
  /** Left out where local calls are plain calls. */
  readonly wrapLocal?: <T>(key: ClientKey<T>, implementation: T) => T
  readonly #options: GrpcClientsOptions
  readonly #remote = new Map<string, object>()
  readonly #local = new WeakMap<object, Map<string, object>>()
  readonly #channels = new Map<string, Client>()
  readonly #calls: Line['calls'] = new Set()
  #state: 'idle' | 'open' | 'closed' = 'idle'

  constructor(options: GrpcClientsOptions) {
    this.#options = options
    if (options.settings.strictLocal) this.wrapLocal = (key, implementation) => this.#wrap(key, implementation)
  }

  /** From now on clients can be called. */
  open(): void {
    if (this.#state === 'idle') this.#state = 'open'
  }

  /** Ends every connection; calls that still wait are cancelled, and later ones fail. */
  close(): void {
    this.#state = 'closed'
    // A channel that closes leaves its calls waiting for their deadlines.
    for (const call of this.#calls) call.cancel()
    for (const channel of this.#channels.values()) channel.close()
    this.#channels.clear()
  }

  /** @throws HostError `GRPC_SERVICE_INVALID` when the key's proto file, service or policy is wrong */
  find<T>(key: ClientKey<T>): T | undefined {
    const known = this.#remote.get(key.name)
    // The key says what the client is.
    if (known) return known as T
    if (!key.grpc) return undefined
    const target = this.#options.channels.channelFor(key.grpc.service)
    if (!target) return undefined
    const client = this.#remoteClient(key.name, key.grpc, target)
    this.#remote.set(key.name, client)
    return client as T
  }

  #remoteClient(name: string, binding: GrpcBinding, target: ServiceTarget): object {
    const contract = this.#contractOf(name, binding)
    const { policy } = contract
    const waitForReady = policy.waitForReady ?? target.waitForReady ?? false
    const line: Line = {
      client: () => this.#channel(name, binding.service, () => openChannel(target, policy, this.#options.settings)),
      metadata: () => this.#metadata(waitForReady, target.familySecret),
      calls: this.#calls,
      cut: () => (this.#state === 'closed' ? this.#unavailable(name) : undefined),
    }
    return this.#clientOf(contract, (site) => remoteMethod(site, line))
  }

  #wrap<T>(key: ClientKey<T>, implementation: T): T {
    const binding = key.grpc
    if (!binding || typeof implementation !== 'object' || implementation === null) return implementation
    const wrapped = this.#local.get(implementation) ?? new Map<string, object>()
    this.#local.set(implementation, wrapped)
    const known = wrapped.get(key.name)
    if (known) return known as T
    const client = this.#clientOf(this.#contractOf(key.name, binding), (site, method) => {
      const called = (request: unknown, context: object): unknown => {
        // Looked up at each call: the client of an optional module may have been replaced.
        const implemented = (implementation as Readonly<Record<string, unknown>>)[method]
        if (typeof implemented !== 'function')
          throw new TypeError(`The client "${key.name}" has no method ${method}().`)
        return Reflect.apply(implemented, implementation, [request, context]) as unknown
      }
      return strictLocalMethod(site, called, this.#options.clock)
    })
    wrapped.set(key.name, client)
    return client as T
  }

  #contractOf(name: string, binding: GrpcBinding): Contract {
    const definition = loadService(binding.proto, binding.service, binding)
    return { name, definition, policy: policyOf(binding, definition, this.#options.settings) }
  }

  /** An object with the methods of a service. */
  #clientOf(
    { name, definition, policy: { deadlineMs } }: Contract,
    methodOf: (site: CallSite, method: string) => ClientMethod,
  ): object {
    const { clock } = this.#options
    const methods = Object.entries<MethodDefinition<unknown, unknown>>(definition).map(([protoName, method]) => {
      const site = new CallSite({ client: name, method, deadlineMs, clock })
      return [methodNameOf(protoName), methodOf(site, methodNameOf(protoName))] as const
    })
    return Object.freeze(Object.fromEntries(methods))
  }

  #channel(name: string, service: string, open: () => Client): Client {
    if (this.#state !== 'open') throw this.#unavailable(name)
    const known = this.#channels.get(service)
    if (known) return known
    const opened = open()
    this.#channels.set(service, opened)
    return opened
  }

  #unavailable(client: string): HostError {
    return new HostError('CLIENT_UNAVAILABLE', { client, reason: this.#state === 'idle' ? NOT_YET : STOPPED })
  }

  #metadata(waitForReady: boolean, familySecret: string | undefined): Metadata {
    const metadata = waitForReady ? new Metadata({ waitForReady }) : new Metadata()
    if (familySecret !== undefined) showFamily(metadata, familySecret)
    this.#options.propagate?.(metadata)
    return metadata
  }
}
