import type { Degradation, HostState } from '../context/host-status.js'
import { HostError } from '../errors/host-error.js'
import type { ModuleClass } from '../module/module-class.js'
import { childRole, type ChildRole } from '../out-of-process/child-role.js'
import type { ChildReport } from '../out-of-process/supervisor/child-report.js'
import type { ModuleRegistry } from '../registry/module-registry.js'
import type { Clock } from '../time/clock.js'
import type { HostAssembly } from './assembly/assembly.js'
import { noLog, type HostLog } from './assembly/host-log.js'
import { LiveHostStatus } from './assembly/host-status.js'
import { instanceOf } from './declaration/find-instance.js'
import { listsItsModules } from './declaration/find-modules.js'
import { HostDeclaration } from './declaration/host-declaration.js'
import type { HostOptions } from './options/host-options.js'
import type { BootReport } from './reports/boot-report.js'
import { BootRecorder } from './start/boot-recorder.js'

/** What is true of a host now: its state, what it declares, what has been put together, what its start has done. */
export class HostRecord {
  state: HostState = 'idle'
  /** What the host logs to; silent until the configuration has been read. */
  log: HostLog = noLog
  /** Set once the host has been put together. */
  assembly: HostAssembly | undefined
  /** Set where this process runs one module of its program, for a host. */
  readonly role: ChildRole | undefined = childRole(process.env)
  readonly degradations: Degradation[] = []
  readonly recorder: BootRecorder
  readonly status: LiveHostStatus
  readonly #options: HostOptions
  #declaration: HostDeclaration | undefined

  constructor(options: HostOptions, clock: Clock) {
    this.#options = options
    this.recorder = new BootRecorder(clock)
    this.status = new LiveHostStatus({
      clock,
      state: () => this.state,
      degradations: this.degradations,
      declaration: () => this.#declaration,
      children: () => this.children,
    })
  }

  /** Declares the host for these modules, the first time; checks configuration and registry. */
  declare(classes: readonly ModuleClass[]): HostDeclaration {
    this.#declaration ??= new HostDeclaration(this.#options, classes, { role: this.role })
    return this.#declaration
  }

  get registry(): ModuleRegistry {
    if (!this.#declaration && !listsItsModules(this.#options)) throw new HostError('NOT_SCANNED', undefined)
    return this.declare(this.#options.modules ?? []).registry
  }

  get report(): BootReport {
    return this.recorder.report({
      state: this.state,
      degradations: this.degradations,
      entries: this.#declaration?.registry.entries ?? [],
    })
  }

  get children(): readonly ChildReport[] {
    return this.assembly?.children?.report() ?? []
  }

  module<T extends object>(moduleClass: ModuleClass<T>): T {
    return instanceOf(moduleClass, this.#declaration, this.state)
  }
}
