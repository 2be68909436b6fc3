import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { HostError, type ClientKey } from '@modkit/core'
import { parseDuration } from '@modkit/core/spi'
import { createTestHost, type TestHost } from '../host/create-test-host.js'
import { canRun, ChildBackend } from './child-backend.js'
import { placedConfig } from './placed-config.js'
import { placedModules, type PlacedModules } from './placed-modules.js'
import type {
  DescribePlacements,
  Placement,
  PlacementOptions,
  PlacementRunner,
  PlacementSuite,
  PlaceName,
} from './placement.js'

const titles: Readonly<Record<PlaceName, string>> = {
  local: 'in the process of its caller',
  strict_local: 'in the process of its caller, encoded and decoded',
  child: 'in a process of its own',
}
/** How long the host has to start unless the options say otherwise: its own default, as a child may take long to compile. */
const START_DEADLINE = '60s'
/** How much later than the host the runner gives up, so that the host says what is wrong; as much for its stop. */
const MARGIN_MS = 30_000

/**
 * `describePlacements` for a test runner that has no door of its own here. The function that it gives declares one group of tests
 * for each place and starts, before the tests of a group, a test host whose client is there.
 */
export function describePlacementsWith(runner: PlacementRunner): DescribePlacements {
  return (key, { entry, ...options }, suite) => {
    const script = entry instanceof URL || entry.startsWith('file:') ? fileURLToPath(entry) : resolve(entry)
    const modules = placedModules(key, options.modules)
    assertRunnable(key, script, options.node)
    for (const name of Object.keys(titles) as PlaceName[]) {
      const host = (): TestHost => placedHost(name, modules, { ...options, entry: script })
      describePlace(runner, { key, suite, name, host, limitMs: limitOf(options) })
    }
  }
}

function assertRunnable(
  { name: client }: Pick<ClientKey<unknown>, 'name'>,
  entry: string,
  node: PlacementOptions['node'],
): void {
  if (!existsSync(entry)) {
    throw new HostError('PLACEMENT_IMPOSSIBLE', { client, reasons: [`its entry "${entry}" does not exist`] })
  }
  if (node ?? canRun(entry)) return
  const reason = `nothing here runs its entry "${entry}": Node ${process.version} does not read TypeScript, no tsx is installed, and "node" does not say how`
  throw new HostError('PLACEMENT_IMPOSSIBLE', { client, reasons: [reason] })
}

function limitOf({ startDeadline = START_DEADLINE }: Pick<PlacementOptions, 'startDeadline'>): number {
  return parseDuration(startDeadline, 'startDeadline') + MARGIN_MS
}

function placedHost(
  place: PlaceName,
  modules: PlacedModules,
  { node, config = {}, ...options }: PlacementOptions & { readonly entry: string },
): TestHost {
  const { entry } = options
  const backend = new ChildBackend({ entry, node, logger: () => host.logs })
  const host = createTestHost({
    startDeadline: START_DEADLINE,
    ...options,
    config: placedConfig(config, modules, place),
    backends: [backend],
  })
  return host
}

interface PlacedSuite<T> {
  readonly key: ClientKey<T>
  readonly suite: PlacementSuite<T>
  readonly name: PlaceName
  readonly host: () => TestHost
  readonly limitMs: number
}

function describePlace<T>(runner: PlacementRunner, { key, suite, name, host, limitMs }: PlacedSuite<T>): void {
  runner.describe(`client "${key.name}" ${titles[name]}`, () => {
    let started: TestHost | undefined
    const there = (what: string): TestHost => {
      if (started) return started
      throw new HostError('PLACEMENT_NOT_THERE', { client: key.name, what })
    }
    const place: Placement<T> = {
      name,
      get client() {
        return there('client').client(key)
      },
      get host() {
        return there('host')
      },
    }
    runner.beforeAll(async () => void (started = await host().start()), limitMs)
    runner.afterAll(async () => started?.dispose(), limitMs)
    suite(place)
  })
}
