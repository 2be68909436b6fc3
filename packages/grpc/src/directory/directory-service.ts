import {
  status,
  type Metadata,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
} from '@grpc/grpc-js'
import { isHostError, type Clock, type GrpcServiceRegistration } from '@modkit/core'
import type { ServiceEndpoint } from '@modkit/core/spi'
import { callFailureOf, CallFailure } from '../failure/call-failure.js'
import { OpenCall } from '../service/call-context.js'
import { sendAll } from '../service/message-streams.js'
import type { DirectoryCaller, DirectoryCallers } from './directory-callers.js'
import {
  decodeHeartbeat,
  decodeRegistration,
  encodeAnswer,
  encodeListed,
  encodeResolved,
  identityOf,
  type HeartbeatMessage,
  type IdentityMessage,
  type ModuleMessage,
  type RegistrationMessage,
  type ServiceMessage,
} from './directory-messages.js'
import { DIRECTORY_SERVICE, loadDirectoryService } from './directory-proto.js'
import type { Directory } from './directory.js'

export interface DirectoryServiceOptions {
  readonly directory: Directory
  readonly callers: DirectoryCallers
  /** Tells one life of the directory from another. */
  readonly directoryId: string
  /** Ends the streams of those who watch, who would otherwise hold a hub that drains. */
  readonly closing: AbortSignal
  readonly clock: Clock
}

/** What the errors of the directory mean to its own callers. To the callers of a module that meets them they are faults. */
const statusByCode: Readonly<Record<string, status>> = {
  DIRECTORY_FORBIDDEN: status.PERMISSION_DENIED,
  DIRECTORY_REQUEST_INVALID: status.INVALID_ARGUMENT,
  DIRECTORY_UNAUTHENTICATED: status.UNAUTHENTICATED,
  INSTANCE_UNKNOWN: status.NOT_FOUND,
  SERVICE_NOT_FOUND: status.NOT_FOUND,
}

/** The directory as a service of the hub. Nobody is served whom it does not know. */
export function directoryService(options: DirectoryServiceOptions): GrpcServiceRegistration {
  const { directory, callers } = options
  const answering =
    <M>(answer: (request: M, caller: DirectoryCaller) => unknown) =>
    (call: ServerUnaryCall<M, unknown>, respond: sendUnaryData<unknown>): void => {
      const answered = attempt(() => answer(call.request, callers.identify(call.metadata)))
      if ('failure' in answered) respond(answered.failure)
      else respond(null, answered.value ?? {})
    }
  const implementation = {
    ResolveGrpcService: answering<ServiceMessage>(({ serviceName }) => encodeResolved(directory.resolve(serviceName))),
    ListInstances: answering<ModuleMessage>(({ moduleName }) => ({
      instances: directory.list(moduleName).map(encodeListed),
    })),
    RegisterInstance: answering<RegistrationMessage>((message, caller) =>
      encodeAnswer(directory.register(decodeRegistration(message), caller)),
    ),
    DeregisterInstance: answering<IdentityMessage>((message, caller) =>
      directory.deregister(identityOf(message), caller),
    ),
    Heartbeat: answering<HeartbeatMessage>((message, caller) => directory.heartbeat(decodeHeartbeat(message), caller)),
    Watch: (call: ServerWritableStream<ServiceMessage, unknown>) => watch(call, options),
  }
  return {
    serviceName: DIRECTORY_SERVICE,
    definition: loadDirectoryService(),
    // The handlers are those of the definition; grpc-js types them without their messages.
    implementation,
  }
}

async function watch(
  call: ServerWritableStream<ServiceMessage, unknown>,
  { directory, callers, directoryId, closing, clock }: DirectoryServiceOptions,
): Promise<void> {
  const context = new OpenCall(call, clock)
  const signal = AbortSignal.any([context.signal, closing])
  try {
    identify(callers, call.metadata)
    const changes = directory.watch(call.request.serviceName, signal)
    await sendAll(call, encodeChanges(changes, directoryId), { signal })
    call.end()
  } catch (error) {
    // Whoever called has gone.
    if (!context.signal.aborted) throw failureOf(error)
  } finally {
    OpenCall.settle(context)
  }
}

/** Whoever is known may read. */
function identify(callers: DirectoryCallers, metadata: Metadata): void {
  callers.identify(metadata)
}

async function* encodeChanges(
  changes: AsyncIterable<readonly ServiceEndpoint[]>,
  directoryId: string,
): AsyncGenerator<object, void, void> {
  for await (const endpoints of changes) yield { instances: endpoints.map(encodeResolved), directoryId }
}

type Attempted = { readonly value: unknown } | { readonly failure: CallFailure }

function attempt(run: () => unknown): Attempted {
  try {
    return { value: run() }
  } catch (error) {
    return { failure: failureOf(error) }
  }
}

function failureOf(error: unknown): CallFailure {
  const failure = callFailureOf(error)
  const code = isHostError(error) ? statusByCode[error.code] : undefined
  if (code === undefined) return failure
  return new CallFailure(code, failure.message, { metadata: failure.metadata, cause: error })
}
