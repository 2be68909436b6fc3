import type { PhaseName } from '../phases/phase.js'
import type { ModuleEntry } from '../registry/module-registry.js'
import type { BootReport, PhaseReport, VisitReport } from './boot-report.js'

/** Writes down what the phases did while they do it. */
export class BootRecorder {
  readonly #phases: { phase: PhaseName; durationMs: number; outcome: 'ok' | 'failed'; modules: VisitReport[] }[] = []

  /** Begins a phase; what is recorded next belongs to it. */
  phase(phase: PhaseName): void {
    this.#phases.push({ phase, durationMs: 0, outcome: 'ok', modules: [] })
  }

  visit(report: VisitReport): void {
    this.#phases.at(-1)?.modules.push(report)
  }

  /** Ends the phase that was begun last. */
  phaseEnded(durationMs: number, outcome: 'ok' | 'failed'): void {
    const phase = this.#phases.at(-1)
    if (phase) Object.assign(phase, { durationMs, outcome })
  }

  get phases(): readonly PhaseReport[] {
    return this.#phases.map((phase) => ({ ...phase, modules: [...phase.modules] }))
  }
}

/** The chain of dependencies with the longest sum of hook times, dependencies first. `entries` in topological order. */
export function criticalPath(
  phases: readonly PhaseReport[],
  entries: readonly ModuleEntry[],
): BootReport['criticalPath'] {
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
