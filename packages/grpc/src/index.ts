// The hub, and what a module needs to put a service on it.

export { GrpcHub, type GrpcHubOptions } from './hub/grpc-hub.js'
export type { AuthenticationMode } from './hub/call-admission.js'
export type { HubConfig } from './hub/hub-config.js'
export type { KeepaliveConfig, LimitsConfig } from './hub/hub-limits.js'
export { ClientTls, type ClientTlsOptions } from './tls/client-tls.js'
export type { ClientTlsConfig, ClientTlsSettings } from './tls/client-tls-settings.js'
export { dialTarget } from './hub/endpoint.js'

export { directoryClient } from './hub/hub-directory.js'
export { GrpcDirectoryClient, type GrpcDirectoryClientOptions } from './directory/grpc-directory-client.js'
export {
  DirectoryMembership,
  type DirectoryMembershipOptions,
  type MemberInstance,
} from './directory/directory-membership.js'
export { DIRECTORY_SERVICE } from './directory/directory-proto.js'
export type { DiscoveredChannel, Discovery } from './discovery/discovery.js'
export { DirectoryDiscovery, type DirectoryDiscoveryOptions } from './discovery/directory-discovery.js'
export { composeServiceConfig, type MethodConfig, type ServiceConfigParts } from './discovery/service-config.js'

export { loadService } from './service/load-service.js'
export { serveClient, type ServeOptions } from './service/serve-client.js'
export type { CallContext, CallOptions } from './service/call-context.js'

export { hostErrorOf, thrownErrorOf } from './failure/thrown-error.js'
