import type {
  InstanceHeartbeat,
  InstanceIdentity,
  InstanceRegistration,
  InstanceState,
  ServiceEndpoint,
} from './module-instance.js'

/** What the caller of a directory may say about a call. */
export interface DirectoryCallOptions {
  /** Ends the call. It ends by itself after a few seconds, whatever the signal does. */
  readonly signal?: AbortSignal | undefined
}

/** What an instance says when it registers. */
export interface DirectoryRegistration extends Omit<InstanceRegistration, 'owner'> {
  /** Whether it serves already, and can be resolved at once. Otherwise its first heartbeat says so. Default false. */
  readonly ready?: boolean | undefined
}

/** What an instance is told when it has registered. */
export interface RegistrationAnswer {
  /** The public key, as SPKI in DER, of what the host of the directory signs; `undefined` where it signs nothing. */
  readonly signingKey?: Uint8Array | undefined
}

/** An instance as a directory lists it. */
export interface DirectoryInstance extends InstanceIdentity {
  /** Where the first of its services is, in the order of their names. */
  readonly endpoint: string
  readonly services: Readonly<Record<string, string>>
  readonly state: InstanceState
  readonly version?: string | undefined
  readonly pid?: number | undefined
  /** In milliseconds since the epoch. */
  readonly startedAt?: number | undefined
}

/** Who offers which gRPC service, where, and whether it is alive: the same whether the directory is in this process or not. */
export interface DirectoryClient {
  /**
   * A healthy instance that offers the service, each in turn.
   *
   * @throws HostError `SERVICE_NOT_FOUND`
   */
  resolveGrpcService(service: string, options?: DirectoryCallOptions): Promise<ServiceEndpoint>
  /** The instances of a module that offer a service, in whatever state. */
  listInstances(module: string, options?: DirectoryCallOptions): Promise<readonly DirectoryInstance[]>
  /** @throws HostError `DIRECTORY_REQUEST_INVALID`, `DIRECTORY_FORBIDDEN` */
  registerInstance(registration: DirectoryRegistration, options?: DirectoryCallOptions): Promise<RegistrationAnswer>
  /** An instance that is unknown is no error: it is gone, as it wishes to be. */
  deregisterInstance(instance: InstanceIdentity, options?: DirectoryCallOptions): Promise<void>
  /** @throws HostError `INSTANCE_UNKNOWN` when the instance is to register again */
  sendHeartbeat(instance: InstanceHeartbeat, options?: DirectoryCallOptions): Promise<void>
  /**
   * Where the service is: at once, then whenever that has changed. Does not end before `signal` aborts, or nobody iterates
   * any more; while the directory cannot be reached the last answer stands.
   */
  watchService(service: string, options?: DirectoryCallOptions): AsyncIterable<readonly ServiceEndpoint[]>
}
