import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { HostError, type ClientKey } from '@modkit/core'
import { parseDuration } from '@modkit/core/spi'
import type { TestHost } from '../host/create-test-host.js'
import { canRun } from './child-backend.js'
import { startPlacedHost } from './placed-host.js'
import { placedModules } from './placed-modules.js'
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
/** How long the host has to start unless the options say otherwise: as long as any, as a process may take long to compile. */
const START_DEADLINE = '60s'
/** How much later than the host the runner gives up, so that the host says what is wrong; as much for its stop. */
const MARGIN_MS = 30_000

/**
 * `describePlacements` for a test runner that has no door of its own here. The function that it gives declares one group of tests
 * for each place and starts, before the tests of a group, a test host whose client is there.
 */
export function describePlacementsWith(runner: PlacementRunner): DescribePlacements {
  return (key, given, suite) => {
    const options = { startDeadline: START_DEADLINE, ...given, entry: pathOf(given.entry) }
    const modules = placedModules(key, options.modules)
    assertRunnable(key.name, options)
    for (const place of Object.keys(titles) as PlaceName[]) {
      const start = (): Promise<TestHost> => startPlacedHost({ client: key.name, place, modules, options })
      const limitMs = parseDuration(options.startDeadline, 'startDeadline') + MARGIN_MS
      describePlace(runner, { key, suite, place, start, limitMs })
    }
  }
}

function pathOf(entry: string | URL): string {
  return typeof entry === 'string' && !entry.startsWith('file:') ? resolve(entry) : fileURLToPath(entry)
}

function assertRunnable(client: string, { entry, node }: Pick<PlacementOptions, 'node'> & { readonly entry: string }) {
  const impossible = (reason: string): HostError => new HostError('PLACEMENT_IMPOSSIBLE', { client, reasons: [reason] })
  if (!existsSync(entry)) throw impossible(`its entry "${entry}" does not exist`)
  if (node ?? canRun(entry)) return
  throw impossible(
    `nothing here runs its entry "${entry}": Node ${process.version} does not read TypeScript, no tsx is installed, and "node" does not say how`,
  )
}

interface PlacedSuite<T> {
  readonly key: ClientKey<T>
  readonly suite: PlacementSuite<T>
  readonly place: PlaceName
  readonly start: () => Promise<TestHost>
  readonly limitMs: number
}

function describePlace<T>(runner: PlacementRunner, { key, suite, place, start, limitMs }: PlacedSuite<T>): void {
  runner.describe(`client "${key.name}" ${titles[place]}`, () => {
    let started: TestHost | undefined
    const there = (what: string): TestHost => {
      if (started) return started
      throw new HostError('PLACEMENT_NOT_THERE', { client: key.name, what })
    }
    const placement: Placement<T> = {
      name: place,
      get client() {
        return there('client').client(key)
      },
      get host() {
        return there('host')
      },
    }
    runner.beforeAll(async () => void (started = await start()), limitMs)
    runner.afterAll(async () => started?.dispose(), limitMs)
    suite(placement)
  })
}
