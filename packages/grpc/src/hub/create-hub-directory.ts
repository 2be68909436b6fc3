import { oopVariables } from '@modkit/core/spi'
import type { HubDirectory, HubDirectoryOptions } from './hub-directory.js'
import { JoinedDirectory } from './joined-directory.js'
import { ServedDirectory } from './served-directory.js'

/**
 * A process that is told of a directory joins it; any other serves its own.
 *
 * @throws HostError `DIRECTORY_REQUEST_INVALID` when the endpoint that it is told of is none
 */
export function createHubDirectory(options: HubDirectoryOptions): HubDirectory {
  const { settings, environment, system } = options
  const endpoint = settings.endpoint ?? environment[oopVariables.directoryEndpoint]
  if (endpoint === undefined || endpoint === '') return new ServedDirectory(options)
  return new JoinedDirectory({
    ...options,
    endpoint,
    token: settings.token ?? environment[oopVariables.directoryToken],
    instanceId: environment[oopVariables.instanceId] ?? system.instanceId,
    module: environment[oopVariables.module],
  })
}
