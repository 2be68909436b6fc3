import type { Cut, Fault, HostPlan, ModulePlan } from './host-plan.js'

/**
 * A plan as text, one module per line in the order in which the host is given them:
 * `mailer?(stateful, start: hang) <- store, audit?` is an optional module that needs `store`, may do without `audit`,
 * and whose start never ends.
 */
export function planLines(plan: Pick<HostPlan, 'modules' | 'cut' | 'lameDuckMs' | 'runMs' | 'closeDb'>): string[] {
  return [
    ...plan.modules.map(moduleLine),
    ...(plan.lameDuckMs > 0 ? [`lame duck: ${String(plan.lameDuckMs)} ms`] : []),
    ...(plan.closeDb ? [`closing the databases: ${faultText(plan.closeDb)}`] : []),
    plan.cut ? `ended by ${cutText(plan.cut)}` : `stopped after running for ${String(plan.runMs)} ms`,
  ]
}

function moduleLine(module: ModulePlan): string {
  const { lifecycle } = module
  const what = [
    ...module.capabilities.map((capability) =>
      capability === 'stateful' && lifecycle ? taskText(lifecycle) : capability,
    ),
    ...(module.hasDatabase ? ['database'] : []),
    ...(module.providers > 0 ? [`${String(module.providers)} providers`] : []),
    ...[...module.faults].map(([hook, fault]) => `${hook}: ${faultText(fault)}`),
  ]
  const deps = module.deps.map(({ name, optional }) => name + (optional ? '?' : ''))
  return [
    module.name + (module.optional ? '?' : ''),
    what.length > 0 ? `(${what.join(', ')})` : '',
    deps.length > 0 ? ` <- ${deps.join(', ')}` : '',
  ].join('')
}

function taskText({ awaitReady, stopTimeout }: NonNullable<ModulePlan['lifecycle']>): string {
  return `task${awaitReady ? ' awaiting ready' : ''} with stopTimeout ${String(stopTimeout)}`
}

/** `slow 500 ms`; no time where the way to fail has none. */
function faultText({ how, ms }: Fault): string {
  return /slow|later|early/.test(how) ? `${how} ${String(ms)} ms` : how
}

function cutText({ by, when }: Cut): string {
  if ('ms' in when) return `${by} at ${String(when.ms)} ms`
  const place = 'event' in when ? `event ${String(when.event)}` : `"${when.what}" number ${String(when.nth)}`
  return when.turns === 0 ? `${by} at ${place}` : `${by} ${String(when.turns)} microtasks after ${place}`
}
