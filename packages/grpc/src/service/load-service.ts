import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ServiceDefinition } from '@grpc/grpc-js'
import { loadSync, type Options, type PackageDefinition } from '@grpc/proto-loader'
import { HostError } from '@modkit/core'
import { messageOf } from '@modkit/core/spi'

/**
 * How messages look in JavaScript, everywhere: as proto3's own JSON mapping writes them. Nobody may choose otherwise,
 * because a caller must find the same whether the service is in its process or not.
 */
const messageShape = {
  /** Fields in lowerCamelCase. */
  keepCase: false,
  /** 64-bit integers as decimal texts: a number would lose digits beyond 2^53. */
  longs: String,
  /** Enums by their names. */
  enums: String,
  /** Fields that were not sent have their default values; lists and maps are there, empty. */
  defaults: true,
  /** The name of the field that is set, under the name of the oneof. */
  oneofs: true,
} as const satisfies Options

/**
 * One service of a proto file, by its full name. Imports are looked for beside the file that names them.
 *
 * @throws HostError `GRPC_SERVICE_INVALID` when the file cannot be read or parsed, or has no such service
 */
export function loadService(protoPath: string | URL, serviceName: string): ServiceDefinition {
  const file = protoPath instanceof URL || protoPath.startsWith('file:') ? fileURLToPath(protoPath) : protoPath
  const definitions = loadProto(file, serviceName)
  const found = definitions[serviceName]
  if (found === undefined || !isService(found)) {
    throw new HostError('GRPC_SERVICE_INVALID', {
      service: serviceName,
      reason: `${basename(file)} has ${listServices(definitions)}`,
    })
  }
  return found
}

function loadProto(file: string, service: string): PackageDefinition {
  try {
    return loadSync(file, messageShape)
  } catch (error) {
    throw new HostError(
      'GRPC_SERVICE_INVALID',
      { service, reason: `${file} could not be loaded: ${messageOf(error).replace(/\.$/, '')}` },
      { cause: error },
    )
  }
}

/** Messages and enums carry a `format`; a service is a record of methods. */
function isService(definition: PackageDefinition[string]): definition is ServiceDefinition & PackageDefinition[string] {
  return typeof (definition as { format?: unknown }).format !== 'string'
}

function listServices(definitions: PackageDefinition): string {
  const names = Object.keys(definitions).filter((name) => isService(definitions[name] as PackageDefinition[string]))
  return names.length === 0 ? 'no services' : `only ${names.map((name) => `"${name}"`).join(', ')}`
}
