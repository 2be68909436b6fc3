import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { Database } from '../capabilities/database.js'
import type { ClientHub } from '../client-hub/client-hub.js'
import type { ModuleSettings } from '../config/modules/module-settings.js'
import { HostError } from '../errors/host-error.js'
import type { Logger } from './logger.js'
import { WELL_KNOWN_TOKEN } from '../module/provider.js'
import type { Clock } from '../time/clock.js'

/** A module's database, from the moment at which it is known whether there is one. */
export interface DatabaseSlot {
  /** Whether the `db` phase has been here. */
  readonly settled: boolean
  readonly database: Database | undefined
}

/** What a {@link ModuleCtx} is made of. */
export interface ModuleCtxParts {
  readonly moduleName: string
  readonly instanceId: string
  readonly signal: AbortSignal
  /** The host's. The module's own is a child of it, made when the module first logs: most of a large host never do. */
  readonly hostLogger: Logger
  readonly clients: ClientHub
  readonly settings: ModuleSettings
  readonly databaseSlot: DatabaseSlot
  /** The host's. */
  readonly clock: Clock
}

/**
 * What a module is given: its name, its logger, its configuration, its database, the other modules' clients and the
 * signal that says that the host is shutting down. One for the host's life; `inject(ModuleCtx)` gives the same.
 */
export class ModuleCtx {
  /** Lets two copies of this package agree on what `inject(ModuleCtx)` means. */
  static readonly [WELL_KNOWN_TOKEN] = 'ModuleCtx'
  readonly moduleName: string
  /** The id of this process. */
  readonly instanceId: string
  /** The root signal: aborts when shutdown begins. */
  readonly signal: AbortSignal
  readonly clients: ClientHub
  /** What time it is for the host, and its timers: a test may move it by hand. */
  readonly clock: Clock
  #logger: Logger | undefined
  readonly #hostLogger: Logger
  readonly #settings: ModuleSettings
  readonly #databaseSlot: DatabaseSlot

  constructor(parts: ModuleCtxParts) {
    this.moduleName = parts.moduleName
    this.instanceId = parts.instanceId
    this.signal = parts.signal
    this.#hostLogger = parts.hostLogger
    this.clients = parts.clients
    this.clock = parts.clock
    this.#settings = parts.settings
    this.#databaseSlot = parts.databaseSlot
  }

  /** A logger whose lines carry the module's name. */
  get logger(): Logger {
    return (this.#logger ??= this.#hostLogger.child({ module: this.moduleName }))
  }

  /**
   * The module's own database; `undefined` where none is configured.
   *
   * @throws HostError `DB_NOT_READY` before the `db` phase has opened databases
   */
  get db(): Database | undefined {
    if (!this.#databaseSlot.settled) throw new HostError('DB_NOT_READY', { module: this.moduleName })
    return this.#databaseSlot.database
  }

  /**
   * The module's own database.
   *
   * @throws HostError `DB_NOT_CONFIGURED` where there is none, `DB_NOT_READY` before the `db` phase
   */
  dbRequired(): Database {
    const database = this.db
    if (!database) throw new HostError('DB_NOT_CONFIGURED', { module: this.moduleName })
    return database
  }

  /**
   * The module's configuration through a schema. A missing section is validated as `{}`, so that defaults apply.
   *
   * @throws HostError `MODULE_CONFIG_INVALID` with every issue
   */
  config<S extends StandardSchemaV1>(schema: S): StandardSchemaV1.InferOutput<S> {
    return this.#settings.parse(schema)
  }

  /**
   * The module's configuration through a schema; the section must be there.
   *
   * @throws HostError `MODULE_CONFIG_MISSING` or `MODULE_CONFIG_INVALID`
   */
  configRequired<S extends StandardSchemaV1>(schema: S): StandardSchemaV1.InferOutput<S> {
    return this.#settings.parseRequired(schema)
  }

  /** The module's `config` section as it was written, or an empty object. */
  get rawConfig(): Readonly<Record<string, unknown>> {
    return this.#settings.raw
  }

  /** The same context without its database. */
  withoutDb(): ModuleCtx {
    return new ModuleCtx({
      moduleName: this.moduleName,
      instanceId: this.instanceId,
      signal: this.signal,
      hostLogger: this.#hostLogger,
      clients: this.clients,
      clock: this.clock,
      settings: this.#settings,
      databaseSlot: { settled: true, database: undefined },
    })
  }
}
