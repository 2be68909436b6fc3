// The hub, and what a module needs to put a service on it.

export { GrpcHub } from './hub/grpc-hub.js'
export type { HubConfigInput } from './hub/hub-config.js'
export { dialTarget } from './hub/endpoint.js'

export { loadService } from './service/load-service.js'
export { serveClient, type ServeOptions } from './service/serve-client.js'
export type { CallContext, CallOptions } from './service/call-context.js'

export { hostErrorOf } from './failure/call-failure.js'
