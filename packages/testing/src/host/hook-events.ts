import type { BootReport, ModuleRegistry, ShutdownReport, VisitReport } from '@modkit/core'

type PhaseReport = BootReport['phases'][number]

/** The hook behind a visit, where the phase alone does not say it. */
const hookOfStep: Readonly<Record<string, string>> = {
  prepare: 'restPrepare',
  api: 'restApi',
  register: 'registerRest',
  finalize: 'restFinalize',
  collect: 'grpcServices',
  endpoint: 'boundEndpoint',
}
const hookOfPhase: Readonly<Record<PhaseReport['phase'], string>> = {
  construct: 'constructor',
  pre_init: 'preInit',
  db: 'migrations',
  init: 'init',
  post_init: 'postInit',
  rest: 'registerRest',
  grpc: 'grpcServices',
  start: 'start',
  oop_spawn: 'spawn',
}
/** Called of the host's own accord, whatever method stands behind them. */
const alwaysThere: ReadonlySet<string> = new Set(['start', 'spawn'])

/** The reports of a host's life, and the instances whose hooks ran. */
export interface ReportsOfLife {
  readonly boot: BootReport
  readonly registry: ModuleRegistry
  /** Once the host has stopped. */
  readonly shutdown: ShutdownReport | undefined
}

/** Which hooks ran, in order, as `users init`; one that did not succeed says so: `users start failed`. */
export function hookEvents({ boot, registry, shutdown }: ReportsOfLife): readonly string[] {
  const started = boot.phases.flatMap(({ phase, modules }) =>
    modules.flatMap((visit) => eventOf(hookName(phase, visit), visit, registry)),
  )
  const stopped = (shutdown?.modules ?? []).map(({ module, outcome }) => `${module} stop${suffix(outcome, 'done')}`)
  return [...started, ...stopped]
}

function hookName(phase: PhaseReport['phase'], { step }: VisitReport): string {
  return (step === undefined ? undefined : hookOfStep[step]) ?? hookOfPhase[phase]
}

function eventOf(hook: string, { module, step, outcome }: VisitReport, registry: ModuleRegistry): readonly string[] {
  const event = `${module} ${hook}${suffix(outcome, 'ok')}`
  if (outcome !== 'ok') return [event]
  // Construction is no hook, and services are handed to the hub without one.
  if (hook === 'constructor' || step === 'install') return []
  const instance = registry.get(module)?.instance as Readonly<Record<string, unknown>> | undefined
  return alwaysThere.has(hook) || typeof instance?.[hook] === 'function' ? [event] : []
}

function suffix(outcome: string, success: string): string {
  return outcome === success ? '' : ` ${outcome}`
}
