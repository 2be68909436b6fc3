import type { MergedSection } from '../capabilities/database.js'
import type { LoggingConfig } from '../logging/logging-config.js'
import type { ChildProgram } from './children/child-program.js'
import type { ConfigDump } from './dump/dump-config.js'
import type { DeclaredModule } from './modules/declared-module.js'
import type { ModuleRuntime } from './modules/module-runtime.js'
import type { ModuleSettings } from './modules/module-settings.js'

/** The configuration of a host: read once, every layer merged, every `${NAME}` expanded, its own sections parsed. */
export interface HostConfig {
  /** Where the host keeps its files. Absolute; not created by reading. Default `~/.modkit`. */
  readonly homeDir: string
  /** By section; `default` is always there. */
  readonly logging: LoggingConfig
  /** The section `tracing` as a plain tree; `undefined` where there is none. */
  readonly tracing: unknown
  /** The section `database` as a plain tree; `undefined` where there is none. */
  readonly database: unknown
  /**
   * Tells the names of the program's modules, before anything is asked about modules: a provider cannot list what it
   * knows, and the name of an environment variable does not say where a module's name has its hyphens.
   */
  adopt(names: readonly string[]): void
  /** The configured modules, in the order in which the layers name them; of a provider's, those that were asked for. */
  readonly moduleNames: readonly string[]
  /** What is configured for a module; `undefined` where nothing is. */
  entry(name: string): ModuleEntry | undefined
  /** Whether the module takes part. Default `true`. */
  isEnabled(name: string): boolean
  /** Where the module runs. Default in this process. */
  runtimeOf(name: string): ModuleRuntime
  /** Access to the module's `config` section. */
  settings(name: string): ModuleSettings
  /**
   * Holds the configuration against the modules that the program has: every declared schema must fit, and every
   * configured module must be one of them or bring its own executable.
   *
   * @throws HostError `CONFIG_INVALID` with every problem
   */
  check(modules: readonly DeclaredModule[]): void
  /**
   * What the process of a moved module is told, as JSON: its own sections and those that all share.
   *
   * @param program what the process has to know besides where it is this same program
   * @throws HostError `CONFIG_INVALID` where a value cannot be written as JSON
   */
  renderFor(name: string, program?: ChildProgram): string
  /** The environment variables that only other modules' configuration asks for: a moved module's process must not get them. */
  withheldEnv(name: string): readonly string[]
  /** Where a key such as `database.servers.main` stands; of one that is not there, the nearest above it. */
  originOf(path: string): string | undefined
  /**
   * Every value with where it came from, secrets hidden.
   *
   * @param databases what modules' databases are merged to, in place of what is written of them
   */
  dump(databases?: ReadonlyMap<string, MergedSection>): ConfigDump
}

/** One entry under `modules`, as a plain tree. */
export interface ModuleEntry {
  readonly config?: Readonly<Record<string, unknown>>
  readonly database?: unknown
  readonly runtime?: unknown
  readonly enabled?: boolean
  readonly metadata?: unknown
}
