import { HostError } from '@modkit/core'
import { createTestHost, type TestHost } from '../host/create-test-host.js'
import { ChildBackend } from './child-backend.js'
import { placedConfig } from './placed-config.js'
import type { PlacedModules } from './placed-modules.js'
import type { PlacementOptions, PlaceName } from './placement.js'

/** How much an error tells of what a process has written. */
const LAST_LINES = 20

/** A client in one place. */
export interface PlacedClient {
  /** Its name. */
  readonly client: string
  readonly place: PlaceName
  readonly modules: PlacedModules
  /** The entry among them is a path. */
  readonly options: PlacementOptions & { readonly entry: string }
}

/**
 * Starts a host in which the client is in its place.
 *
 * @throws HostError `PLACEMENT_FAILED` with what a process of its own said last; what else keeps a host from starting
 */
export async function startPlacedHost(placed: PlacedClient): Promise<TestHost> {
  const { node, config = {}, ...options } = placed.options
  const { entry } = options
  const host = createTestHost({
    ...options,
    config: placedConfig(config, placed.modules, placed.place),
    backends: [new ChildBackend({ entry, node, logger: () => host.logs })],
  })
  try {
    return await host.start()
  } catch (error) {
    await host.stop()
    throw failureOf(error, placed, host)
  }
}

function failureOf(cause: unknown, { client, options: { entry } }: PlacedClient, { logs }: TestHost): unknown {
  const failure = HostError.find(cause, 'OOP_NOT_READY')
  if (!failure) return cause
  const complaints = logs.lines.filter(
    ({ level, fields }) => 'oop_module' in fields && (level === 'error' || fields['stream'] === 'stderr'),
  )
  const lines = complaints.slice(-LAST_LINES).map(({ message }) => message)
  return new HostError('PLACEMENT_FAILED', { client, entry, lines, reason: failure.details.reason }, { cause })
}
