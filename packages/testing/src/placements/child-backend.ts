import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import type { Logger } from '@modkit/core'
import {
  LocalProcessBackend,
  scriptRunner,
  type InstanceExit,
  type InstanceHandle,
  type ModuleBackend,
  type OopModuleConfig,
} from '@modkit/core/spi'

/** How the entry of a child is run. */
export interface ChildBackendOptions {
  readonly entry: string
  /** What Node is called with; default what the process of the host was called with, and what compiles the entry. */
  readonly node?: readonly string[] | undefined
  /** Where the lines of the child go; asked for when it is spawned. */
  readonly logger: () => Logger
}

/**
 * Child processes of a host that lives in a test: its own program is the test runner, which compiles what it loads, and a child
 * has to be told how that is done without it.
 */
export class ChildBackend implements ModuleBackend {
  readonly kind = 'local_process'
  readonly #options: ChildBackendOptions
  #processes: LocalProcessBackend | undefined

  constructor(options: ChildBackendOptions) {
    this.#options = options
  }

  spawnInstance(config: OopModuleConfig): Promise<InstanceHandle> {
    const { entry, node } = this.#options
    // A program of another make is run as it is configured.
    if (!isRunning(config, entry)) return this.#inner().spawnInstance(config)
    return this.#inner().spawnInstance({
      ...config,
      args: node ? [...node, entry] : runnable(config.args, scriptOf(entry)),
    })
  }

  stopInstance(handle: InstanceHandle): Promise<void> {
    return this.#inner().stopInstance(handle)
  }

  instanceExit(handle: InstanceHandle): Promise<InstanceExit | undefined> {
    return this.#inner().instanceExit(handle)
  }

  listInstances(module: string): Promise<readonly InstanceHandle[]> {
    return this.#inner().listInstances(module)
  }

  shutdownAll(): Promise<void> {
    return this.#inner().shutdownAll()
  }

  #inner(): LocalProcessBackend {
    // Its host says when to end: by shutdownAll().
    const { signal } = new AbortController()
    return (this.#processes ??= new LocalProcessBackend({ signal, logger: this.#options.logger() }))
  }
}

/** What loads modules in another way than Node does. */
const LOADER = /^--(?:import|loader|experimental-loader)(?:=|$)/

/** Whether the entry can be run: see {@link ChildBackendOptions.node}. */
export function canRun(entry: string): boolean {
  return process.execArgv.some((argument) => LOADER.test(argument)) || scriptRunner(entry) !== undefined
}

function isRunning({ binary, args }: OopModuleConfig, entry: string): boolean {
  return binary === process.execPath && args.at(-1) === scriptOf(entry)
}

/** The file that Node runs when it is given the entry, which may be a folder, or lack its extension. */
function scriptOf(entry: string): string {
  try {
    return createRequire(join(process.cwd(), 'entry')).resolve(resolve(entry))
  } catch {
    // The host has refused it already.
    return entry
  }
}

function runnable(args: readonly string[], entry: string): readonly string[] {
  if (args.some((argument) => LOADER.test(argument))) return args
  return [...(scriptRunner(entry)?.args ?? []), ...args]
}
