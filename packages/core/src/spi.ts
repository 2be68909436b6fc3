// What a package that hosts something imports: gateways, hubs, databases, test tools, command lines.

export { systemClock } from './time/clock.js'
export { FakeClock } from './time/fake-clock.js'
export { settleWithin, sleep, isPromiseLike, GRACE_MS, type DeadlineOptions, type Outcome } from './time/deadline.js'
export { formatDuration, parseDuration } from './time/duration.js'

export { catalogue } from './errors/catalogue.js'
export { contractError, contractStatusOf } from './errors/define-errors.js'
export { errorToJson, isErrorLike, messageOf, toError } from './errors/error-json.js'
export type { DetailsOf, HostErrorOptions } from './errors/host-error.js'
export { didYouMean, nearest } from './errors/nearest.js'

export { capabilities, capabilityMethods, isCapability } from './capabilities/capability.js'
export type {
  DatabaseManager,
  DatabaseManagerContext,
  MergedSection,
  MergedValue,
  MigrationResult,
  MigrationStatus,
} from './capabilities/database.js'

export { RemoteClientsSlot, type RemoteClients } from './client-hub/remote-clients.js'
export { GrpcInstallerStore, type ModuleGrpcServices, type ServedClient } from './context/grpc-installers.js'
export { silentLogger, logLevels, type FlushableLogger } from './context/logger.js'
export { ModuleHealthCache, type ModuleHealthCacheOptions, type ModuleStatus } from './context/module-health-cache.js'
export type { ModuleCtxParts, DatabaseSlot } from './context/module-ctx.js'
export { randomHex } from './context/random-hex.js'
export {
  areRequestsTraced,
  currentRequest,
  runWithRequest,
  runWithSecurity,
  traceRequests,
  type RequestContext,
} from './context/request-context.js'
export { formatTraceParent, parseTraceParent, passableTraceState, type TraceParent } from './context/trace-parent.js'
export type { ConfigProvider, ModuleSettings } from './config/modules/module-settings.js'
export { absolutePath } from './config/sections/directories.js'
export type { Family } from './config/children/child-program.js'
export type { HostConfig } from './config/host-config.js'
export type { ConfigSurroundings } from './config/sections/config-surroundings.js'
export type { ConfigDump, DumpedValue } from './config/dump/dump-config.js'
export { formatDump } from './config/dump/format-dump.js'
export { loadConfig } from './config/load-config.js'
export type { Rule } from './config/sections/rule.js'
export { settingsSchema } from './config/sections/settings-schema.js'

export { disposerOf } from './container/dispose.js'
export { HostContainer, type Constant } from './container/host-container.js'
export { ModuleContainer, type ModuleContainerOptions } from './container/module-container.js'
export { isInjectionToken, tokenId, tokenName, type TokenId } from './container/token.js'

export { effectiveDump } from './host/inspection/effective-dump.js'
export { createHostWith } from './host/create-host.js'
export type { HostSeams } from './host/options/host-seams.js'
export type {
  HostInspection,
  InspectedModule,
  InspectedProblem,
  InspectedRoute,
  PendingMigrations,
} from './host/inspection/host-inspection.js'
export type { HostTakeover, TakenHost } from './host/inspection/host-takeover.js'

export {
  LifecycleRunner,
  type LifecycleRunnerOptions,
  type LifecycleState,
  type StopReason,
} from './lifecycle/lifecycle-runner.js'
export { isSecretKey, REDACTED } from './logging/secrets.js'
export type {
  BackendKind,
  InstanceExit,
  InstanceHandle,
  ModuleBackend,
  OopModuleConfig,
} from './out-of-process/backend.js'
export { LocalProcessBackend, type LocalProcessBackendOptions } from './out-of-process/local-process-backend.js'
export type {
  DirectoryCallOptions,
  DirectoryClient,
  DirectoryInstance,
  DirectoryRegistration,
  RegistrationAnswer,
} from './out-of-process/directory-client.js'
export type { InstanceStep, StepListener } from './out-of-process/instance-followers.js'
export { InstanceTokens, tokenDigest } from './out-of-process/instance-tokens.js'
export type {
  InstanceHeartbeat,
  InstanceIdentity,
  InstanceRegistration,
  InstanceState,
  ModuleInstance,
  ServiceEndpoint,
} from './out-of-process/module-instance.js'
export {
  ModuleManager,
  type Eviction,
  type ModuleManagerOptions,
  type OffersListener,
} from './out-of-process/module-manager.js'
export {
  childEnvironment,
  moduleConfigText,
  oopVariables,
  type ChildIdentity,
} from './out-of-process/oop-environment.js'
export { scriptRunner, type ScriptRunner } from './out-of-process/script-runner.js'
export { sendTerminateSignal } from './out-of-process/terminate-signal.js'
export { isUuid } from './out-of-process/uuid-v7.js'

export { frozenSecurity } from './rest/frozen-security.js'
export { createRestApi, type RestSink } from './rest/create-rest-api.js'
export type { OperationDraft } from './rest/operation-draft.js'
export {
  httpMethods,
  type AuthDecision,
  type BodyDeclaration,
  type HttpMethod,
  type InputPart,
  type Mount,
  type Operation,
  type OperationHandler,
  type ProblemDeclaration,
  type ResponseDeclaration,
} from './rest/operation.js'
export type { Examples } from './rest/examples.js'
export { objectionToLimit } from './rest/rate-limit.js'
export type { OpenBody } from './rest/request-body.js'
export { parameterNames, parsePathTemplate, type PathSegment, type PathTemplate } from './rest/path-template.js'
export { replyKind } from './rest/reply.js'

export { readTlsFiles, TlsWatch, type TlsOptions, type TlsWatchOptions } from './tls/tls-files.js'
export { tlsRule, tlsSettings, type TlsConfig, type TlsSettings } from './tls/tls-settings.js'
