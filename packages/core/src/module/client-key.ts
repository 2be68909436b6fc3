import { HostError } from '../errors/host-error.js'
import type { Duration } from '../time/duration.js'

/** Which service of which proto file a client is, for clients that can be called across processes. */
export interface GrpcBinding {
  /** The proto file, for example `new URL('./calculator.proto', import.meta.url)`. */
  readonly proto: URL | string
  /** The full name of the service, for example `'calculator.v1.Calculator'`. */
  readonly service: string
  /** How 64-bit integers look in messages: decimal texts or bigints. Default `'string'`; generated types say the same. */
  readonly int64?: 'string' | 'bigint'
  readonly policy?: CallPolicy
}

/** How calls of a service are made from other processes. What is left out is as the hub is configured. */
export interface CallPolicy {
  /** How long a call may take whose caller sets no deadline. Default 10 s. */
  readonly deadline?: Duration
  /** Whether a call waits for a connection, within its deadline, in place of failing at once. Default false. */
  readonly waitForReady?: boolean
  /** Methods that may be called twice, besides those whose `idempotency_level` in the proto file says so. */
  readonly idempotent?: readonly string[]
  /** How often such a method is tried at most while the service is unavailable, from 1 to 5. Default 4. */
  readonly attempts?: number
}

/** What a key says besides its name. */
export interface ClientKeyOptions {
  readonly grpc?: GrpcBinding
}

declare const clientType: unique symbol

/** The name under which one module offers an object and others find it; carries the object's type. */
export interface ClientKey<T> {
  readonly name: string
  readonly grpc?: GrpcBinding
  /** Exists for the compiler only. */
  readonly [clientType]?: (client: T) => T
}

/**
 * A key for a client of type `T`. Two keys of one name mean the same client, whichever copy of a package made them.
 *
 * @throws HostError `CLIENT_KEY_INVALID` when the name is empty or not a text
 */
export function clientKey<T>(name: string, options: ClientKeyOptions = {}): ClientKey<T> {
  if (typeof name !== 'string' || name.trim() === '') throw new HostError('CLIENT_KEY_INVALID', { name: String(name) })
  return Object.freeze({ name, ...(options.grpc && { grpc: Object.freeze({ ...options.grpc }) }) })
}

/** An object to be put into the hub before any phase; see {@link clientRegistration}. */
export interface ClientRegistration<T = unknown> {
  readonly key: ClientKey<T>
  readonly implementation: T
}

/** A client for `HostOptions.clients`: type-checked against its key. */
export function clientRegistration<T>(key: ClientKey<T>, implementation: NoInfer<T>): ClientRegistration {
  // The pair was checked here; the list that it goes into holds pairs of many types.
  return { key, implementation } as ClientRegistration
}
