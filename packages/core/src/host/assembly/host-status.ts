import type { CoreModule, ModuleHealth } from '../../capabilities/core-module.js'
import type { Degradation, HostState, HostStatus, NamedModuleHealth } from '../../context/host-status.js'
import { messageOf } from '../../errors/error-json.js'
import type { ChildReport } from '../../out-of-process/supervisor/child-report.js'
import type { Clock } from '../../time/clock.js'
import { settleWithin } from '../../time/deadline.js'
import { childrenHealth } from './children-health.js'
import type { HostDeclaration } from '../declaration/host-declaration.js'
import { providesClients } from '../declaration/program-modules.js'

/** How long one module may take to say how it is. */
const HEALTH_MS = 5_000

export interface LiveHostStatusParts {
  readonly clock: Clock
  readonly state: () => HostState
  readonly degradations: readonly Degradation[]
  /** What is declared, with the modules that have been constructed; nothing before that is known. */
  readonly declaration: () => HostDeclaration | undefined
  /** The processes of the modules that run in others. */
  readonly children: () => readonly ChildReport[]
}

/** The host's state as its modules see it: always what is true now. */
export class LiveHostStatus implements HostStatus {
  readonly #parts: LiveHostStatusParts
  #hasRun = false
  #resolveRunning: () => void = () => undefined
  readonly #running = new Promise<void>((resolve) => {
    this.#resolveRunning = resolve
  })

  constructor(parts: LiveHostStatusParts) {
    this.#parts = parts
  }

  get state(): HostState {
    return this.#parts.state()
  }

  get ready(): boolean {
    return this.state === 'running'
  }

  get hasRun(): boolean {
    return this.#hasRun
  }

  whenRunning(): Promise<void> {
    return this.#running
  }

  /** The host runs from now on. */
  markRunning(): void {
    this.#hasRun = true
    this.#resolveRunning()
  }

  get degradations(): readonly Degradation[] {
    return this.#parts.degradations
  }

  async health(signal: AbortSignal): Promise<readonly NamedModuleHealth[]> {
    const declaration = this.#parts.declaration()
    const instances = [...(declaration?.instances ?? [])]
    const asked = instances.map(([module, instance]) => this.#ask({ module, instance, signal }))
    const answers = (await Promise.all(asked)).filter((answer) => answer !== undefined)
    const provides = (module: string): boolean => declaration !== undefined && providesClients(declaration, module)
    return [...answers, ...childrenHealth(this.#parts.children(), provides)]
  }

  async #ask({ module, instance, signal }: HealthQuestion): Promise<NamedModuleHealth | undefined> {
    const outcome = await settleWithin(healthOf(instance), {
      operation: `health() of module "${module}"`,
      clock: this.#parts.clock,
      afterMs: HEALTH_MS,
      signal,
      graceMs: 0,
    })
    if (outcome.kind !== 'done') return { module, status: 'down', detail: messageOf(outcome.error) }
    return outcome.value && { ...outcome.value, module }
  }
}

const STATUSES: readonly unknown[] = ['ok', 'degraded', 'down'] satisfies ModuleHealth['status'][]

/** What the module says, copied here, where a getter that throws is still its failure; `undefined` where it has no hook. */
async function healthOf(instance: CoreModule): Promise<ModuleHealth | undefined> {
  const hook: unknown = Reflect.get(instance, 'health')
  if (typeof hook !== 'function') return undefined
  const answer: unknown = await Reflect.apply(hook, instance, [])
  const { status, detail } = (answer ?? {}) as Partial<ModuleHealth>
  if (status === undefined || !STATUSES.includes(status)) {
    return { status: 'down', detail: `its health() answered none of ${STATUSES.join(', ')}` }
  }
  return { status, ...(detail !== undefined && { detail: String(detail) }) }
}

interface HealthQuestion {
  readonly module: string
  readonly instance: object
  readonly signal: AbortSignal
}
