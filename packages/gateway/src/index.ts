// The REST host.
export { ApiGateway, type ApiGatewayOptions } from './api-gateway.js'
export { gatewayConfig, type GatewayConfig } from './gateway-config.js'

// Which modules there are.
export {
  ModuleOrchestrator,
  moduleOrchestratorConfig,
  type ModuleOrchestratorConfig,
} from './listing/module-orchestrator.js'

// Who is calling.
export { JwtAuth, type JwtAuthOptions } from './auth/jwt-auth.js'
export { jwtAuthConfig, type JwtAuthConfig } from './auth/jwt-auth-config.js'
export { InsecureDevAuth, insecureDevAuthConfig, type InsecureDevAuthConfig } from './auth/insecure-dev-auth.js'

// Schemas for operations that are not Standard Schemas by themselves.
export { jsonSchema, type JsonSchemaObject } from './schema/json-schema.js'
export { typebox, type TypeBoxStatic } from './schema/typebox.js'
