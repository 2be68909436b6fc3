import { HostError } from '../errors/host-error.js'
import type { ClientKey } from '../module/client-key.js'
import type { GrpcServiceRegistration } from '../capabilities/grpc-module.js'

/** The gRPC services of one module. */
export interface ModuleGrpcServices {
  readonly module: string
  /** Whether the module serves. False from the moment an optional module has failed: its calls are UNAVAILABLE. */
  readonly available: boolean
  readonly services: readonly GrpcServiceRegistration[]
  /** Clients of the module that other processes call, and that it does not serve itself: the hub makes services of them. */
  readonly clients?: readonly ServedClient[]
}

/** An implementation that other processes are to reach by the service of its key. */
export interface ServedClient {
  /** Carries a proto service. */
  readonly key: ClientKey<object>
  readonly implementation: object
}

/** Hands the services that the `grpc` phase collects over to the hub: written once, taken once. */
export class GrpcInstallerStore {
  #installers: readonly ModuleGrpcServices[] | undefined

  /** @throws HostError `GRPC_INSTALLERS_ALREADY_SET` while what was set before has not been taken */
  set(installers: readonly ModuleGrpcServices[]): void {
    if (this.#installers !== undefined) throw new HostError('GRPC_INSTALLERS_ALREADY_SET', undefined)
    this.#installers = installers
  }

  /** What was set, leaving the store empty; `undefined` when nothing is there. */
  take(): readonly ModuleGrpcServices[] | undefined {
    const installers = this.#installers
    this.#installers = undefined
    return installers
  }
}
