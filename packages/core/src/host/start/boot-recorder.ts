import type { Degradation, HostState } from '../../context/host-status.js'
import { errorToJson } from '../../errors/error-json.js'
import type { PhaseName, Visit } from '../../phases/phase.js'
import type { ModuleEntry } from '../../registry/module-registry.js'
import type { Clock } from '../../time/clock.js'
import type { BootReport, PhaseReport, VisitReport } from '../reports/boot-report.js'

interface Begun {
  readonly now: number
  readonly monotonic: number
}

/** How one visit went. */
export type VisitResult = Pick<VisitReport, 'durationMs' | 'outcome' | 'error'>

/** What a report says that the recorder does not know by itself. */
export interface ReportFacts {
  readonly state: HostState
  readonly degradations: readonly Degradation[]
  /** The registry's, in topological order. */
  readonly entries: readonly ModuleEntry[]
}

/** Writes down what the start does while it does it. */
export class BootRecorder {
  readonly #clock: Clock
  readonly #phases: { phase: PhaseName; durationMs: number; outcome: 'ok' | 'failed'; modules: VisitReport[] }[] = []
  #begun: Begun | undefined
  #durationMs: number | undefined
  /** Boxed, because anything may be thrown, `undefined` too. */
  #failure: readonly [error: unknown] | readonly [] = []

  constructor(clock: Clock) {
    this.#clock = clock
  }

  begin(): void {
    this.#begun = { now: this.#clock.now(), monotonic: this.#clock.monotonic() }
  }

  /** @param failure why the start did not succeed, where it did not */
  end(...failure: readonly [error: unknown] | readonly []): void {
    this.#durationMs = this.#elapsedMs()
    this.#failure = failure
  }

  /** Begins a phase; what is recorded next belongs to it. */
  phase(phase: PhaseName): void {
    this.#phases.push({ phase, durationMs: 0, outcome: 'ok', modules: [] })
  }

  visit({ module, step }: Pick<Visit, 'module' | 'step'>, { durationMs, outcome, error }: VisitResult): void {
    // Spelled out, because objects that are spread together have shapes of their own, which cost more than the figures.
    const plain: VisitReport =
      step === undefined ? { module, durationMs, outcome } : { module, step, durationMs, outcome }
    this.#phases.at(-1)?.modules.push(error === undefined ? plain : { ...plain, error })
  }

  /** Ends the phase that was begun last. */
  phaseEnded(durationMs: number, outcome: 'ok' | 'failed'): void {
    const phase = this.#phases.at(-1)
    if (phase) Object.assign(phase, { durationMs, outcome })
  }

  /** How long the start took, or has taken so far. */
  get durationMs(): number {
    return this.#durationMs ?? this.#elapsedMs()
  }

  report({ state, degradations, entries }: ReportFacts): BootReport {
    const phases = this.#phases.map((phase) => ({ ...phase, modules: [...phase.modules] }))
    return {
      state,
      startedAt: this.#begun?.now,
      durationMs: this.durationMs,
      phases,
      degradations: [...degradations],
      criticalPath: criticalPath(phases, entries),
      ...(this.#failure.length > 0 && { error: errorToJson(this.#failure[0]) }),
    }
  }

  #elapsedMs(): number {
    return this.#begun ? this.#clock.monotonic() - this.#begun.monotonic : 0
  }
}

/** The chain of dependencies with the longest sum of hook times, dependencies first. `entries` in topological order. */
function criticalPath(phases: readonly PhaseReport[], entries: readonly ModuleEntry[]): BootReport['criticalPath'] {
  const own = new Map<string, number>()
  for (const { module, durationMs } of phases.flatMap((phase) => phase.modules)) {
    own.set(module, (own.get(module) ?? 0) + durationMs)
  }
  const total = new Map<string, number>()
  const via = new Map<string, string | undefined>()
  for (const { name, deps } of entries) {
    const slowest = longest(deps, total)
    via.set(name, slowest)
    total.set(name, (own.get(name) ?? 0) + (total.get(slowest ?? '') ?? 0))
  }
  const path: { module: string; durationMs: number }[] = []
  for (let name = longest([...total.keys()], total); name !== undefined; name = via.get(name)) {
    path.unshift({ module: name, durationMs: own.get(name) ?? 0 })
  }
  return path
}

function longest(names: readonly string[], total: ReadonlyMap<string, number>): string | undefined {
  let best: string | undefined
  for (const name of names) {
    if (best === undefined || (total.get(name) ?? 0) > (total.get(best) ?? 0)) best = name
  }
  return best
}
