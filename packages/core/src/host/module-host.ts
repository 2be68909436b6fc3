import type { ClientHub } from '../client-hub/client-hub.js'
import type { HostState } from '../context/host-status.js'
import type { ModuleClass } from '../module/module-class.js'
import type { ChildReport } from '../out-of-process/supervisor/child-report.js'
import type { ModuleRegistry } from '../registry/module-registry.js'
import { HostLife } from './host-life.js'
import type { Host } from './host.js'
import { handOver } from './inspection/host-takeover.js'
import type { HostOptions } from './options/host-options.js'
import type { HostSeams } from './options/host-seams.js'
import type { BootReport } from './reports/boot-report.js'
import type { MigrationReport } from './reports/migration-report.js'
import type { ShutdownReport } from './reports/shutdown-report.js'

/** The one implementation of {@link Host}: a life, unless a tool takes the host over in place of its start. */
export class ModuleHost implements Host {
  readonly #life: HostLife
  /** What every call of `run` gets. */
  #run: Promise<void> | undefined

  constructor(options: HostOptions, seams: HostSeams = {}) {
    this.#life = new HostLife(options, seams)
  }

  get state(): HostState {
    return this.#life.state
  }

  get clients(): ClientHub {
    return this.#life.clients
  }

  get registry(): ModuleRegistry {
    return this.#life.record.registry
  }

  get report(): BootReport {
    return this.#life.report
  }

  get children(): readonly ChildReport[] {
    return this.#life.record.children
  }

  module<T extends object>(moduleClass: ModuleClass<T>): T {
    return this.#life.record.module(moduleClass)
  }

  start(): Promise<this> {
    return this.#handOver() ?? this.#life.start().then(() => this)
  }

  stop(reason?: unknown): Promise<ShutdownReport> {
    return this.#life.stop(reason)
  }

  async run(): Promise<void> {
    this.#run ??= this.#handOver() ?? this.#ownProcess()
    await this.#run
  }

  migrate(): Promise<MigrationReport> {
    return this.#handOver() ?? this.#life.migrate()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop('disposed')
  }

  /** To the command line, where the program runs only to be looked at. */
  #handOver(): Promise<never> | undefined {
    return handOver(this.#life.options, () => this.#life.migrate())
  }

  async #ownProcess(): Promise<void> {
    // Only programs that hand their process over need what handles processes.
    const { runProcess } = await import('./process/run-process.js')
    await runProcess(this.#life)
  }
}
