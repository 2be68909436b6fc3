import type { ClientKey } from '@modkit/core'
import type { TestHost, TestHostOptions } from '../host/create-test-host.js'

/**
 * Where the module is that provides a client: in the process of its caller, called directly or with every message encoded and
 * decoded, or in a process of its own, called over gRPC.
 */
export type PlaceName = 'local' | 'strict_local' | 'child'

/** What stands behind the client, and how a process of its own is started. */
export interface PlacementOptions extends Omit<TestHostOptions, 'entry' | 'backends'> {
  /**
   * The script that the process of its own runs: one that calls `runAsChild` with the same modules, or that of the application,
   * which calls `createHost`. Mocks are per process, and those given here are not in that of an application.
   */
  readonly entry: string | URL
  /**
   * What Node is called with besides the entry: `['--import', 'tsx']`. Default: what this process was called with, and for
   * TypeScript whatever is installed of tsx, swc and ts-node.
   */
  readonly node?: readonly string[]
}

/** A client, and where its module is, for one run of a suite. */
export interface Placement<T> {
  readonly name: PlaceName
  /**
   * The client, as any module would get it.
   *
   * @throws HostError `PLACEMENT_NOT_THERE` while tests are being collected
   */
  readonly client: T
  /**
   * The host of the caller, with every module but the one that is elsewhere.
   *
   * @throws HostError `PLACEMENT_NOT_THERE` while tests are being collected
   */
  readonly host: TestHost
}

/** What a suite says of an implementation, wherever it is: tests, as the runner takes them. */
export type PlacementSuite<T> = (place: Placement<T>) => void

/** What a test runner has that groups tests and prepares them. Time limits are in milliseconds. */
export interface PlacementRunner {
  /** Declares a group of tests: those that its body declares, at once. */
  describe(title: string, body: () => void): unknown
  /** Has something done before the first test of the group that is being declared; where it fails, they do. */
  beforeAll(hook: () => Promise<void>, timeoutMs: number): unknown
  /** Has something done after the last one. */
  afterAll(hook: () => Promise<void>, timeoutMs: number): unknown
}

/** A function that runs one suite of tests against a client in every place where its module may be. */
export type DescribePlacements = <T extends object>(
  key: ClientKey<T>,
  options: PlacementOptions,
  suite: PlacementSuite<T>,
) => void
