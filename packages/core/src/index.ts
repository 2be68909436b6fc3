// What the author of a module imports.

// Running modules
export { createHost } from './host/create-host.js'
export type { Host } from './host/host.js'
export type { MigrationReport } from './host/reports/migration-report.js'
export type { HostOptions } from './host/options/host-options.js'
export type { BootReport, PhaseReport, VisitOutcome, VisitReport } from './host/reports/boot-report.js'
export type {
  ModuleStopReport,
  ShutdownReport,
  ShutdownStepName,
  ShutdownStepReport,
  StopOutcome,
} from './host/reports/shutdown-report.js'
export { formatBootReport, formatShutdownReport } from './host/reports/report-text.js'
export type { PhaseName } from './phases/phase.js'
export type {
  ChildInstanceReport,
  ChildReport,
  ChildState,
  ChildStateChange,
} from './out-of-process/supervisor/child-report.js'
export type { ChildStep } from './out-of-process/supervisor/child-readiness.js'

// Declaring modules
export { Module, defineModule, type ModuleDecorator } from './module/module-decorator.js'
export {
  moduleDefinition,
  type Dependency,
  type LifecycleDefinition,
  type ModuleDefinition,
} from './module/module-definition.js'
export type {
  HookMustBeSynchronous,
  Implements,
  LifecycleEntry,
  LifecycleNeedsCapabilityStateful,
  LifecycleOptions,
  ModuleOptions,
  WithSynchronousHooks,
} from './module/module-options.js'
export type { Constructor, ModuleClass } from './module/module-class.js'
export {
  injectionToken,
  type ClassProvider,
  type ExistingProvider,
  type FactoryProvider,
  type Injected,
  type InjectionToken,
  type Provider,
  type Resolve,
  type Token,
  type ValueProvider,
} from './module/provider.js'

export { provide, type ProviderRecipe } from './module/provide.js'
export { inject } from './container/inject.js'
export { Inject, Injectable } from './container/injectable.js'

// Which modules there are, and in which order they go
export { buildRegistry, type RegistryOptions } from './registry/build-registry.js'
export { ModuleRegistry, type ModuleEntry, type Placement } from './registry/module-registry.js'

// What a module can do
export type { Capability, CapabilityContracts } from './capabilities/capability.js'
export type { CoreModule, ModuleHealth } from './capabilities/core-module.js'
export type { Database, DatabaseEngine, DatabaseRows, Migration, TransactionOptions } from './capabilities/database.js'
export type { DbModule } from './capabilities/db-module.js'
export type { GrpcHubModule } from './capabilities/grpc-hub-module.js'
export type { GrpcModule, GrpcServiceRegistration } from './capabilities/grpc-module.js'
export type { RestHostModule } from './capabilities/rest-host-module.js'
export type { RestOwner } from './rest/rest-owner.js'
export type { RestModule } from './capabilities/rest-module.js'
export type { StatefulModule } from './capabilities/stateful-module.js'
export type { SystemModule } from './capabilities/system-module.js'

// What a module is given
export { ModuleCtx } from './context/module-ctx.js'
export type { LogFields, Logger, LogLevel } from './context/logger.js'
export type { Degradation, HostState, HostStatus, NamedModuleHealth } from './context/host-status.js'
export type { SeenModule, SystemContext } from './context/system-context.js'
export { currentSecurity } from './context/request-context.js'

// How modules find each other
export { clientKey, clientRegistration } from './module/client-key.js'
export type { CallPolicy, ClientKey, ClientKeyOptions, ClientRegistration, GrpcBinding } from './module/client-key.js'
export { ClientHub } from './client-hub/client-hub.js'
export { gtsScope } from './client-hub/scopes.js'
export { choosePlugin, type PluginCandidate, type PluginRecord } from './client-hub/choose-plugin.js'
export { PluginSelector } from './client-hub/plugin-selector.js'

// HTTP operations
export { Problem, PROBLEM_CONTENT_TYPE, type ProblemField, type ProblemOptions } from './rest/problem.js'
export {
  reply,
  sse,
  sseEvent,
  stream,
  type ByteSource,
  type Reply,
  type ReplyHeaders,
  type SseEvent,
  type SseEventFields,
  type SseNotice,
  type SseOptions,
  type SseReply,
  type StreamOptions,
  type StreamReply,
} from './rest/reply.js'
export {
  Broadcaster,
  type BroadcasterOptions,
  type HeadersNeedLastEventId,
  type PublishOptions,
  type SubscribeOptions,
  type SubscribingRequest,
} from './broadcast/broadcaster.js'
export type { BroadcastEvent, MissedNotice, ResetReason } from './broadcast/reader.js'
export type { Subscription } from './broadcast/subscription.js'
export {
  authenticatorKey,
  type AuthenticationRequest,
  type Authenticator,
  type SecurityContext,
} from './rest/authenticator.js'
export type { HandlerInput, HandlerResult, TextHeaders, TextQuery } from './rest/handler-input.js'
export type { OperationShape } from './rest/operation-shape.js'
export type { RateLimit } from './rest/rate-limit.js'
export type {
  FormFieldPart,
  FormFile,
  FormFilePart,
  FormParts,
  IncomingBytes,
  IncomingForm,
} from './rest/request-body.js'
export type {
  BodyOptions,
  OperationBegun,
  OperationIn,
  OperationNeedsAuthDecision,
  OperationNeedsResponse,
  OperationParts,
  OperationReady,
  ResponseOptions,
} from './rest/operation-states.js'
export type { RestApi } from './rest/rest-api.js'
export type { RestSchema, SchemaInput, SchemaOutput } from './rest/rest-schema.js'

export type { ConfigProvider } from './config/modules/module-settings.js'

// How it fails
export { HostError, isHostError, type DetailsOf } from './errors/host-error.js'
export type { HostErrorJson } from './errors/error-json.js'
export type { ErrorCode, ErrorDetails } from './errors/catalogue.js'
export {
  defineErrors,
  type ContractError,
  type ContractErrorEntry,
  type ContractErrors,
} from './errors/define-errors.js'
export { formatError } from './errors/error-text.js'

// Time
export type { Clock, ClockTimer, TimerOptions } from './time/clock.js'
export type { Duration } from './time/duration.js'
