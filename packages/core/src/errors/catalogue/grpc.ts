import { type CatalogueEntry, entry, list, withoutStop } from './entry.js'

/** A call that ended with a status of gRPC behind which is none of our errors. */
export interface GrpcCallFailure {
  readonly client: string
  readonly path: string
  /** The name of the status: `NOT_FOUND`. */
  readonly status: string
  /** What the service says. */
  readonly reason: string
  /** The code of the error and who defines it, from a `google.rpc.ErrorInfo`. */
  readonly error?: { readonly reason: string; readonly domain: string }
  readonly violations?: readonly { readonly field: string; readonly description: string }[]
  readonly retryAfterMs?: number
  /** Under what the log of the service knows the failure. */
  readonly traceId?: string
}

/** The hub, its services, and calls to other processes. */
export const grpcErrors = {
  GRPC_SERVICE_DUPLICATE: entry<{ service: string; modules: readonly string[] }>(
    (d) => `Duplicate gRPC service name: "${d.service}" is offered by ${list(d.modules)}.`,
    () => 'Rename one of the two services.',
  ),
  GRPC_SERVICE_INVALID: entry<{ service: string; module?: string; reason: string }>(
    (d) =>
      `The gRPC service "${d.service}"${d.module === undefined ? '' : ` of module "${d.module}"`} is not legal: ${d.reason}.`,
    () => 'Correct the proto file, the service name or the implementation.',
  ),
  GRPC_MESSAGE_INVALID: entry<{ path: string; reason: string }>(
    (d) => `A request of ${d.path} does not fit its message: ${d.reason}.`,
    () => 'Correct the request; the proto file says what the message looks like.',
  ),
  GRPC_CALL_FAILED: entry<GrpcCallFailure>(
    (d) => `The call ${d.path} failed with ${d.status}${d.reason === '' ? '' : `: ${withoutStop([d.reason])}`}.`,
    (d) =>
      d.traceId === undefined
        ? 'Look at what the service says of this status.'
        : `Look for the trace id ${d.traceId} in the log of the service.`,
  ),
  CALLER_NOT_VOUCHED: entry<{ reason: string }>(
    (d) => `The call names a caller that nobody vouches for: ${d.reason}.`,
    () => 'Call through a client of the host, which signs for its callers, or send a token in "authorization".',
  ),
  CALLER_UNKNOWN: entry<{ method: string; reason: string }>(
    (d) => `The call ${d.method} needs a caller that is known: ${d.reason}.`,
    () => 'Send a token that the authenticator of the host accepts, once, in "authorization".',
  ),
  CALLER_UNSENDABLE: entry<{ reason: string }>(
    (d) => `Who is calling cannot be told to another process: ${d.reason}.`,
    () => 'Let the authenticator keep fewer claims, of kinds that JSON has.',
  ),
  AUTHENTICATOR_UNAVAILABLE: entry<{ method: string }>(
    (d) => `Nobody can tell just now who makes the call ${d.method}.`,
    () => 'Try again later; the cause is in the log of the server.',
  ),
  GATEWAY_CONFIG_INVALID: entry<{ setting: string; reason: string }>(
    (d) => `The gateway cannot be configured so (${d.setting}): ${d.reason}.`,
    (d) => `Correct modules.api-gateway.config.${d.setting}.`,
  ),
  TLS_FILES_INVALID: entry<{ file: string; reason: string }>(
    (d) => `The TLS certificate cannot be used (${d.file}): ${d.reason}.`,
    () => 'Name PEM files that this process may read and whose key and certificate belong together.',
  ),
  SIGNING_KEY_INVALID: entry<{ file: string; reason: string }>(
    (d) => `The key that callers are vouched for with cannot be used (${d.file}): ${d.reason}.`,
    () => 'Name a PEM file with an Ed25519 private key, such as "openssl genpkey -algorithm ed25519" writes.',
  ),
  LISTEN_ADDRESS_INVALID: entry<{ setting: string; value: string; reason: string }>(
    (d) => `"${d.value}" is not an address to listen on (${d.setting}): ${d.reason}.`,
    () => 'Write "host:port", for example "127.0.0.1:8087"; port 0 takes any free one.',
  ),
  SERVICE_NOT_FOUND: entry<{ service: string }>(
    (d) => `No healthy instance offers the service "${d.service}".`,
    () => 'Check that the module that offers it runs and has registered.',
  ),
  DIRECTORY_UNAUTHENTICATED: entry<{ reason: string }>(
    (d) => `The directory does not know who is calling: ${d.reason}.`,
    () =>
      'Start the process through the host, which gives it MODKIT_DIRECTORY_TOKEN; or give one that runs elsewhere one of ' +
      'the secrets under modules.grpc-hub.config.directory.secrets of the host.',
  ),
  DIRECTORY_FORBIDDEN: entry<{ module: string; instanceId: string; reason: string }>(
    (d) => `The directory lets nobody else change instance ${d.instanceId} of module "${d.module}": ${d.reason}.`,
    () => 'Let every instance speak for itself alone, with an id of its own.',
  ),
  DIRECTORY_REQUEST_INVALID: entry<{ field: string; reason: string }>(
    (d) => `The directory cannot read the request (${d.field}): ${d.reason}.`,
    (d) => `Correct ${d.field}.`,
  ),
  DIRECTORY_UNAVAILABLE: entry<{ endpoint: string; reason: string }>(
    (d) => `The directory at ${d.endpoint} cannot be reached: ${d.reason}.`,
    () =>
      'Check that the host which serves it runs, and that MODKIT_DIRECTORY_ENDPOINT is the endpoint that its log names.',
  ),
  INSTANCE_UNKNOWN: entry<{ module: string; instanceId: string }>(
    (d) => `The directory does not know instance ${d.instanceId} of module "${d.module}".`,
    () => 'Register it again: the directory has been restarted, or has not heard from it for too long.',
  ),
} as const satisfies Readonly<Record<string, CatalogueEntry<never>>>
