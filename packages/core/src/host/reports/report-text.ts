import { formatDuration } from '../../time/duration.js'
import type { BootReport, PhaseReport } from './boot-report.js'
import type { ShutdownReport } from './shutdown-report.js'

/** Modules that took less are not worth a line of their own; they are counted. */
const NOTABLE_MS = 1

/** The start as a tree: phases, the modules that took notable time or failed, and the critical path. */
export function formatBootReport(report: BootReport): string {
  const lines = [`${report.state} after ${formatDuration(report.durationMs)}`]
  for (const phase of report.phases) lines.push(...phaseLines(phase))
  for (const { module, reason } of report.degradations) lines.push(`! degraded: ${module}: ${reason}`)
  const path = report.criticalPath.filter(({ durationMs }) => durationMs >= NOTABLE_MS)
  if (path.length > 0)
    lines.push(`critical path: ${path.map((step) => `${step.module} ${formatDuration(step.durationMs)}`).join(' -> ')}`)
  return lines.join('\n')
}

function phaseLines({ phase, durationMs, outcome, modules }: PhaseReport): string[] {
  const notable = modules.filter((visit) => visit.durationMs >= NOTABLE_MS || visit.outcome !== 'ok')
  const rest = modules.length - notable.length
  const lines = notable.map(({ module, step, durationMs: ms, outcome: how, error }) => {
    const name = step === undefined ? module : `${module} (${step})`
    return `${name} ${formatDuration(ms)}${how === 'ok' ? '' : ` ${how}${error === undefined ? '' : `: ${error}`}`}`
  })
  if (rest > 0) lines.push(`${String(rest)} ${notable.length > 0 ? 'more ' : ''}below ${formatDuration(NOTABLE_MS)}`)
  return [`${phase} ${formatDuration(durationMs)}${outcome === 'ok' ? '' : ' failed'}`, ...branches(lines)]
}

/** The shutdown as a tree: steps, modules in the order in which they stopped, and what was left behind. */
export function formatShutdownReport(report: ShutdownReport): string {
  const lines = [`stopped after ${formatDuration(report.durationMs)} (${report.reason})`]
  for (const step of report.steps) {
    lines.push(
      `${step.step} ${formatDuration(step.durationMs)} ${step.outcome}${step.error === undefined ? '' : `: ${step.error}`}`,
    )
    if (step.step === 'modules') lines.push(...branches(report.modules.map(moduleLine)))
  }
  if (report.leftBehind.length > 0) lines.push('left behind:', ...branches(report.leftBehind))
  return lines.join('\n')
}

function moduleLine({ module, durationMs, outcome, error }: ShutdownReport['modules'][number]): string {
  return `${module} ${formatDuration(durationMs)} ${outcome}${error === undefined ? '' : `: ${error}`}`
}

function branches(lines: readonly string[]): string[] {
  return lines.map((line, index) => `  ${index === lines.length - 1 ? '└─' : '├─'} ${line}`)
}
