import type { ModuleHealth } from '../capabilities/core-module.js'

/** `registered`: known, not yet heard from. `quarantined`: not heard from for too long. `draining`: on its way out. */
export type InstanceState = 'registered' | 'ready' | 'healthy' | 'quarantined' | 'draining'

/** Which instance of which module. */
export interface InstanceIdentity {
  readonly module: string
  /** A UUID. */
  readonly instanceId: string
}

/** What an instance says when it says that it is alive. */
export interface InstanceHeartbeat extends InstanceIdentity {
  /** How its module says that it is; `undefined` of one that does not say. */
  readonly health?: ModuleHealth | undefined
}

/** What an instance says about itself when it registers. */
export interface InstanceRegistration extends InstanceIdentity {
  /** The endpoint of every gRPC service that it offers, by the full name of the service. */
  readonly services: Readonly<Record<string, string>>
  readonly version?: string | undefined
  readonly pid?: number | undefined
  /** When its process started, in milliseconds since the epoch. */
  readonly startedAt?: number | undefined
  /** Who registered it: nobody else may change it through a directory. No secret. */
  readonly owner?: string | undefined
}

/** What is known about an instance at one moment. */
export interface ModuleInstance extends InstanceRegistration {
  readonly state: InstanceState
  /** When it was last heard from, in milliseconds of the manager's time. */
  readonly lastHeartbeatMs: number
}

/** An instance that offers a service, and where. */
export interface ServiceEndpoint {
  readonly module: string
  readonly instanceId: string
  readonly endpoint: string
}
