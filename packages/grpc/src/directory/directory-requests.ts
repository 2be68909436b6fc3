import { HostError } from '@modkit/core'
import { isUuid, type DirectoryRegistration, type InstanceIdentity } from '@modkit/core/spi'
import { parseEndpoint } from './dial-address.js'

/** Texts of strangers are kept, logged and listed: they have an end. */
const MAX_TEXT_LENGTH = 512
const MAX_SERVICES = 1_000

const SERVICE_NAME = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/

/** @throws HostError `DIRECTORY_REQUEST_INVALID` */
export function checkRegistration(registration: DirectoryRegistration): void {
  checkIdentity(registration)
  const services = Object.entries(registration.services)
  if (services.length > MAX_SERVICES) refuse('grpc_services', `there are more than ${String(MAX_SERVICES)}`)
  for (const [service, endpoint] of services) {
    checkService(service)
    if (parseEndpoint(endpoint) === undefined || endpoint.length > MAX_TEXT_LENGTH) {
      refuse('endpoint_uri', `"${shown(endpoint)}" is not http://host:port, https://host:port or unix:///path`)
    }
  }
  if ((registration.version ?? '').length > MAX_TEXT_LENGTH) refuse('version', 'it is too long')
}

/** @throws HostError `DIRECTORY_REQUEST_INVALID` */
export function checkIdentity({ module, instanceId }: InstanceIdentity): void {
  checkModule(module)
  if (!isUuid(instanceId)) refuse('instance_id', `"${shown(instanceId)}" is not a UUID`)
}

/** @throws HostError `DIRECTORY_REQUEST_INVALID` */
export function checkModule(module: string): void {
  if (module === '') refuse('module_name', 'it is empty')
  if (module.length > MAX_TEXT_LENGTH) refuse('module_name', 'it is too long')
}

/** @throws HostError `DIRECTORY_REQUEST_INVALID` */
export function checkService(service: string): void {
  if (service.length > MAX_TEXT_LENGTH || !SERVICE_NAME.test(service)) {
    refuse('service_name', `"${shown(service)}" is not the full name of a service`)
  }
}

/** @throws HostError `DIRECTORY_REQUEST_INVALID` */
export function refuse(field: string, reason: string): never {
  throw new HostError('DIRECTORY_REQUEST_INVALID', { field, reason })
}

function shown(text: string): string {
  return text.length > 64 ? `${text.slice(0, 63)}…` : text
}
