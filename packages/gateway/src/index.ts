// The REST host.
export { ApiGateway, type ApiGatewayOptions } from './api-gateway.js'
export { gatewayConfig, type GatewayConfig } from './gateway-config.js'

// Schemas for operations that are not Standard Schemas by themselves.
export { jsonSchema, type JsonSchemaObject } from './schema/json-schema.js'
export { typebox, type TypeBoxStatic } from './schema/typebox.js'
