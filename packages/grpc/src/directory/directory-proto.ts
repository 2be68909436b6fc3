import type { ServiceDefinition } from '@grpc/grpc-js'
import { fromJSON, type Options } from '@grpc/proto-loader'
import { directorySchema } from './directory-schema.js'

/** The full name of the directory's service. */
export const DIRECTORY_SERVICE = 'module_orchestrator.v1.directory.DirectoryService'

/** How the messages of directory-messages.ts look. */
const shape: Options = { longs: String, enums: String, defaults: true }

let definition: ServiceDefinition | undefined

/** Built when the first directory, or client of one, is made. */
export function loadDirectoryService(): ServiceDefinition {
  // Its type wants comments of every method.
  const schema = directorySchema as unknown as Parameters<typeof fromJSON>[0]
  definition ??= fromJSON(schema, shape)[DIRECTORY_SERVICE] as ServiceDefinition
  return definition
}
