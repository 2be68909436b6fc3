import type { ServiceDefinition } from '@grpc/grpc-js'
import { loadService } from '../service/load-service.js'

/** The full name of the directory's service. */
export const DIRECTORY_SERVICE = 'module_orchestrator.v1.directory.DirectoryService'

/** The proto file of the directory, which the package ships. */
export const directoryProto = new URL('../../proto/directory.proto', import.meta.url)

let definition: ServiceDefinition | undefined

/** Read when the first directory, or client of one, is made. */
export function loadDirectoryService(): ServiceDefinition {
  definition ??= loadService(directoryProto, DIRECTORY_SERVICE)
  return definition
}
