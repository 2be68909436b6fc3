import type { MethodDefinition, Server, UntypedServiceImplementation } from '@grpc/grpc-js'
import { formatError, HostError, type GrpcServiceRegistration, type Logger } from '@modkit/core'
import type { ActiveCalls } from './active-calls.js'
import type { CallAdmission } from './call-admission.js'
import { guardAnswering, guardStreaming, type GuardOptions } from './guard-handler.js'
import type { OfferedServices } from './own-services.js'
import { unlessEncoded } from './written-together.js'

export interface InstallOptions {
  readonly logger: Logger
  readonly calls: ActiveCalls
  readonly admission: CallAdmission
  /** The largest response that is sent, in bytes. */
  readonly maxSendMessageBytes: number
}

type Method = MethodDefinition<unknown, unknown>

/**
 * Adds the services of all modules to the server.
 *
 * @throws HostError `GRPC_SERVICE_DUPLICATE`, `GRPC_SERVICE_INVALID`
 */
export function installServices(server: Server, installers: readonly OfferedServices[], options: InstallOptions): void {
  const owners = new Map<string, string>()
  for (const installer of installers) {
    const { module } = installer
    for (const registration of installer.services) {
      const owner = owners.get(registration.serviceName)
      if (owner !== undefined) {
        throw new HostError('GRPC_SERVICE_DUPLICATE', { service: registration.serviceName, modules: [owner, module] })
      }
      owners.set(registration.serviceName, module)
      checkService(registration, module)
      install(server, registration, { ...options, owner: installer })
    }
  }
}

function checkService({ serviceName, definition, implementation }: GrpcServiceRegistration, module: string): void {
  const refuse = (reason: string): never => {
    throw new HostError('GRPC_SERVICE_INVALID', { service: serviceName, module, reason })
  }
  const methods = Object.entries<Method>(definition)
  if (methods.length === 0) refuse('it has no methods')
  const foreign = methods.find(([, method]) => !method.path.startsWith(`/${serviceName}/`))
  if (foreign) refuse(`its definition is one of another service: it has the method ${foreign[1].path}`)
  const missing = methods.filter(([name, method]) => !handlerOf(implementation, { name, method })).map(([name]) => name)
  if (missing.length > 0) refuse(`the implementation lacks ${missing.join(', ')}`)
}

function install(
  server: Server,
  { definition, implementation }: GrpcServiceRegistration,
  { admission, maxSendMessageBytes, ...options }: InstallOptions & { readonly owner: OfferedServices },
): void {
  const handlers: UntypedServiceImplementation = {}
  const methods: Record<string, Method> = {}
  const { own } = options.owner
  const admit = admitting(options.owner, admission)
  for (const [name, method] of Object.entries<Method>(definition)) {
    const guard = method.responseStream ? guardStreaming : guardAnswering
    const handler = handlerOf(implementation, { name, method })
    if (!handler) continue
    const isEndless = own !== undefined && method.responseStream
    const responses = { serialize: method.responseSerialize, maxBytes: maxSendMessageBytes }
    handlers[name] = guard(handler.bind(implementation), { ...options, path: method.path, isEndless, admit, responses })
    const serialize = reporting(method, options)
    methods[name] = {
      ...method,
      requestDeserialize: reportingRequests(method, options),
      responseSerialize: method.responseStream ? unlessEncoded(serialize) : serialize,
    }
  }
  server.addService(methods, handlers)
}

/** Who may call. */
function admitting({ own, isForFamily }: OfferedServices, admission: CallAdmission): GuardOptions['admit'] {
  if (own?.anybody === true) return (call, handle) => admission.admitAnybody(call, handle)
  if (isForFamily === true) return (call, handle) => admission.admitFamily(call, handle)
  return (call, handle) => admission.admit(call, handle)
}

/** Under the names that grpc-js accepts, too: the one of the proto file, and its lowerCamelCase form. */
function handlerOf(implementation: UntypedServiceImplementation, { name, method }: { name: string; method: Method }) {
  const candidates = [implementation[name], method.originalName && implementation[method.originalName]]
  return candidates.find((candidate) => typeof candidate === 'function')
}

/** A response that does not fit its message ends the call inside grpc-js, which tells nobody. */
function reporting(
  { path, responseSerialize }: Method,
  { logger, owner: { module } }: Pick<GuardOptions, 'logger' | 'owner'>,
): Method['responseSerialize'] {
  return (response) => {
    try {
      return responseSerialize(response)
    } catch (error) {
      logger.error('gRPC response does not fit its message', { method: path, owner: module, error: formatError(error) })
      throw error
    }
  }
}

/** The same for a request, which is the caller's fault. */
function reportingRequests(
  { path, requestDeserialize }: Method,
  { logger, owner: { module } }: Pick<GuardOptions, 'logger' | 'owner'>,
): Method['requestDeserialize'] {
  return (bytes) => {
    try {
      return requestDeserialize(bytes)
    } catch (error) {
      logger.debug('gRPC request is not what the method takes', {
        method: path,
        owner: module,
        error: formatError(error),
      })
      throw error
    }
  }
}
