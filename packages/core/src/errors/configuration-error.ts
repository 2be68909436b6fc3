import type { ErrorCode } from './catalogue.js'
import { buildingErrors } from './catalogue/building.js'
import { configurationErrors } from './catalogue/configuration.js'
import { moduleErrors } from './catalogue/declaration.js'
import { HostError } from './host-error.js'

/** Of the areas of the catalogue that know other failures, too. */
const OF_OTHER_AREAS = [
  'REGISTRY_INVALID',
  'MODULE_NOT_DECORATED',
  'MODULE_DUPLICATE',
  'DEPENDENCY_UNKNOWN',
  'DEPENDENCY_CYCLE',
  'CAPABILITY_NOT_IMPLEMENTED',
  'HOST_OPTION_INVALID',
  'HOST_OPTIONS_INVALID',
  'CLIENT_KEY_INVALID',
  'CLIENT_NOT_PROVIDED',
  'DB_NOT_CONFIGURED',
  'DB_PACKAGE_MISSING',
  'DB_CONFIG_INVALID',
  'DB_CONFIG_CONFLICT',
  'MIGRATION_INVALID',
  'MIGRATION_FILES_INVALID',
  'MIGRATION_DUPLICATE',
  'GRPC_SERVICE_DUPLICATE',
  'GRPC_SERVICE_INVALID',
  'LISTEN_ADDRESS_INVALID',
  'OOP_MODULE_UNKNOWN',
  'OOP_CONFIG_UNREADABLE',
] as const satisfies readonly ErrorCode[]

const CODES: readonly string[] = [
  ...Object.keys(configurationErrors),
  ...Object.keys(moduleErrors),
  ...Object.keys(buildingErrors),
  ...OF_OTHER_AREAS,
]

/**
 * Whether something failed for what the program declares and is configured to be, and for nothing else: the same program with the
 * same configuration fails the same way each time.
 */
export function isConfigurationError(error: unknown): boolean {
  return CODES.some((code) => HostError.is(error, code))
}
