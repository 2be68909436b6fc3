import type { ModuleHealth } from '@modkit/core'
import type {
  DirectoryInstance,
  DirectoryRegistration,
  InstanceHeartbeat,
  InstanceState,
  RegistrationAnswer,
  ServiceEndpoint,
} from '@modkit/core/spi'
import { refuse } from './directory-requests.js'

// The messages of proto/directory.proto, as they look here.

export interface ServiceMessage {
  readonly serviceName: string
}

export interface ModuleMessage {
  readonly moduleName: string
}

export interface IdentityMessage extends ModuleMessage {
  readonly instanceId: string
}

export interface HeartbeatMessage extends IdentityMessage {
  readonly health: string
  readonly healthDetail: string
}

export interface ResolvedMessage extends IdentityMessage {
  readonly endpointUri: string
}

interface EndpointMessage extends ServiceMessage {
  readonly endpointUri: string
}

export interface RegistrationMessage extends IdentityMessage {
  readonly grpcServices: readonly EndpointMessage[]
  readonly version: string
  readonly state: string
  readonly pid: number
  /** A 64-bit integer, as text. */
  readonly startedAt: string
}

export interface InstanceMessage extends RegistrationMessage {
  readonly endpointUri: string
}

export interface InstancesMessage {
  readonly instances: readonly InstanceMessage[]
}

export interface WatchMessage extends InstancesMessage {
  readonly directoryId: string
}

export interface AnswerMessage {
  readonly signingKey: Uint8Array
}

const UNSPECIFIED = 'INSTANCE_STATE_UNSPECIFIED'
const READY = 'READY'
const HEALTH_UNSPECIFIED = 'HEALTH_STATUS_UNSPECIFIED'
const healthStatuses: readonly ModuleHealth['status'][] = ['ok', 'degraded', 'down']

/** It is sent every few seconds, kept and listed: it has an end. */
const MAX_DETAIL_LENGTH = 512
const states: readonly InstanceState[] = ['registered', 'ready', 'healthy', 'quarantined', 'draining']

export const identityOf = ({ moduleName, instanceId }: IdentityMessage): { module: string; instanceId: string } => ({
  module: moduleName,
  instanceId,
})

export function encodeRegistration(registration: DirectoryRegistration): RegistrationMessage {
  const { ready, ...said } = registration
  return { ...encodeInstance(said), state: ready === true ? READY : UNSPECIFIED }
}

/** @throws HostError `DIRECTORY_REQUEST_INVALID` when a service is named twice */
export function decodeRegistration(message: RegistrationMessage): DirectoryRegistration {
  const services = decodeServices(message.grpcServices)
  if (Object.keys(services).length < message.grpcServices.length) refuse('grpc_services', 'a service is named twice')
  return { ...identityOf(message), ...decodeFacts(message), services, ready: message.state === READY }
}

export function encodeHeartbeat({ module, instanceId, health }: InstanceHeartbeat): HeartbeatMessage {
  return {
    moduleName: module,
    instanceId,
    health: health?.status.toUpperCase() ?? HEALTH_UNSPECIFIED,
    healthDetail: shortened(health?.detail ?? ''),
  }
}

/** An instance of another make may say nothing of its health. */
export function decodeHeartbeat(message: HeartbeatMessage): InstanceHeartbeat {
  const status = healthStatuses.find((known) => known === message.health.toLowerCase())
  if (status === undefined) return identityOf(message)
  const detail = shortened(message.healthDetail)
  return { ...identityOf(message), health: { status, ...(detail !== '' && { detail }) } }
}

function shortened(detail: string): string {
  return detail.length > MAX_DETAIL_LENGTH ? `${detail.slice(0, MAX_DETAIL_LENGTH)}…` : detail
}

export function encodeAnswer({ signingKey }: RegistrationAnswer): AnswerMessage {
  return { signingKey: signingKey ?? new Uint8Array() }
}

export function decodeAnswer({ signingKey }: AnswerMessage): RegistrationAnswer {
  return { signingKey: signingKey.byteLength > 0 ? signingKey : undefined }
}

export function encodeListed(instance: DirectoryInstance): InstanceMessage {
  return { ...encodeInstance(instance), endpointUri: instance.endpoint, state: instance.state.toUpperCase() }
}

/** A directory of another make says no states: whom it lists, it knows. */
export function decodeListed(message: InstanceMessage): DirectoryInstance {
  const state = states.find((known) => known === message.state.toLowerCase()) ?? 'registered'
  const services = decodeServices(message.grpcServices)
  return { ...identityOf(message), ...decodeFacts(message), endpoint: message.endpointUri, services, state }
}

export function encodeResolved({ module, instanceId, endpoint }: ServiceEndpoint): ResolvedMessage {
  return { moduleName: module, instanceId, endpointUri: endpoint }
}

export function decodeResolved(message: ResolvedMessage): ServiceEndpoint {
  return { ...identityOf(message), endpoint: message.endpointUri }
}

function encodeInstance(instance: Omit<DirectoryRegistration, 'ready'>): Omit<RegistrationMessage, 'state'> {
  const { module, instanceId, services, version = '', pid = 0, startedAt = 0 } = instance
  return {
    moduleName: module,
    instanceId,
    grpcServices: Object.entries(services).map(([serviceName, endpointUri]) => ({ serviceName, endpointUri })),
    version,
    pid,
    startedAt: Math.round(startedAt).toString(),
  }
}

function decodeFacts({ version, pid, startedAt }: RegistrationMessage): {
  version: string | undefined
  pid: number | undefined
  startedAt: number | undefined
} {
  return {
    version: version === '' ? undefined : version,
    pid: pid === 0 ? undefined : pid,
    startedAt: startedAt === '0' ? undefined : Number(startedAt),
  }
}

/** Without a prototype: names come from strangers. */
function decodeServices(services: readonly EndpointMessage[]): Readonly<Record<string, string>> {
  const read = Object.create(null) as Record<string, string>
  for (const { serviceName, endpointUri } of services) read[serviceName] = endpointUri
  return { ...read }
}
