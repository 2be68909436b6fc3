import type { DatabaseManager } from '../../capabilities/database.js'
import type { ClientRegistration } from '../../module/client-key.js'
import type { ConfigProvider } from '../../config/modules/module-settings.js'
import type { Logger } from '../../context/logger.js'
import type { ModuleClass } from '../../module/module-class.js'
import type { ModuleBackend } from '../../out-of-process/backend.js'
import type { Clock } from '../../time/clock.js'
import type { Duration } from '../../time/duration.js'

/** What `createHost` takes. Every duration is a text such as `'45s'` or a number of milliseconds. */
export interface HostOptions {
  /** The modules of the host. */
  readonly modules?: readonly ModuleClass[]
  /**
   * Globs, relative to the current directory, whose exported modules join in. With neither `modules` nor `scan`, every
   * `*.module.EXT` beside the script of this process and below, EXT being its own extension; without a script, `*.module.js`
   * in the current directory and below.
   */
  readonly scan?: string | readonly string[]
  /** The path of a YAML file (relative to the current directory), a tree, or an object that knows each module's section. */
  readonly config?: string | object | ConfigProvider
  /** What ends `run()`. `start()` honours a signal or promise too; a promise that rejects counts as well. Default `'signals'`. */
  readonly shutdown?: 'signals' | AbortSignal | Promise<unknown>
  /** For every hook of phases 1 to 8. Default `'60s'`. */
  readonly startDeadline?: Duration
  /** For the stop of each module, whatever the others took. Default `'35s'`. */
  readonly shutdownDeadline?: Duration
  /** Under `run()`, for all module stops together: then the process ends with exit code 1. Default `'15s'`. */
  readonly watchdog?: Duration
  /** Under `run()`: a process whose event loop is silent for this long is killed. At least 100 ms. Default off. */
  readonly blockedLoop?: Duration
  /** How requests in flight are finished at shutdown. */
  readonly drain?: {
    /** How long readiness is already false while requests are still accepted. Default 0. */
    readonly lameDuck?: Duration
    /** How long the gateway, and then the hub, may take to finish what is in flight. Default `'10s'`. */
    readonly timeout?: Duration
  }
  /** Default: the manager of `@modkit/db` when a database is configured. */
  readonly database?: 'none' | DatabaseManager
  /** Clients that are in the hub before any phase; made with `clientRegistration`. */
  readonly clients?: readonly ClientRegistration[]
  /** The id of this process. Default a new UUID. */
  readonly instanceId?: string
  /** Where moved modules can run. Default child processes of this one. */
  readonly backends?: readonly ModuleBackend[]
  /** What the child of a moved module runs. Default the entry script. */
  readonly entry?: string
  /** Default: one made from the `logging` section of the configuration. */
  readonly logger?: Logger
  readonly clock?: Clock
}
