import { runInThisContext } from 'node:vm'
import { createHost, type BootReport, type Host, type HostState, type ShutdownReport } from '@modkit/core'
import { FakeClock, silentLogger } from '@modkit/core/spi'
import { LIMITS, type Cut, type HostPlan } from './host-plan.js'
import { plannedDatabases, plannedModule } from './planned-modules.js'
import { aborted, Stage } from './stage.js'
import type { TraceEvent } from './trace.js'

/** One life of a planned host, as it was. */
export interface Run {
  readonly plan: HostPlan
  readonly events: readonly TraceEvent[]
  /** Absent while the start has not settled; `error` is absent where it succeeded. */
  readonly start: { readonly error?: unknown; readonly state: HostState } | undefined
  readonly report: ShutdownReport | undefined
  /** Whether every call of `stop()` got the same report. */
  readonly isOneReport: boolean
  readonly boot: BootReport
  /** At the very end. */
  readonly state: HostState
  /** Timers of the host when start and stop had settled, and when everything that came late was over. */
  readonly timers: { readonly settled: number; readonly end: number }
  readonly unhandled: readonly unknown[]
}

/** Lives through a plan: starts the host, lets it run, stops it, and waits until whatever comes late has come. */
export async function runPlan(plan: HostPlan): Promise<Run> {
  const unhandled: unknown[] = []
  const onUnhandled = (reason: unknown): void => void unhandled.push(reason)
  const { on, off } = realProcess()
  on('unhandledRejection', onUnhandled)
  try {
    return { ...(await live(plan)), unhandled }
  } finally {
    off('unhandledRejection', onUnhandled)
  }
}

/** Jest gives tests a copy of `process`, which is told of nothing. */
function realProcess(): { on: NodeJS.Process['on']; off: NodeJS.Process['off'] } {
  const real = runInThisContext('process') as NodeJS.Process
  return { on: real.on.bind(real), off: real.off.bind(real) }
}

async function live(plan: HostPlan): Promise<Omit<Run, 'unhandled'>> {
  const clock = new FakeClock()
  const outside = new Outside(plan.cut)
  const stage = new Stage(clock, (event) => outside.onEvent(event))
  const host = hostOf(plan, stage, outside)
  stage.host = host
  outside.stop = () => void stage.stop('from outside')
  outside.note = () => stage.trace.host('asked to stop', 'from outside')
  const settled: { start?: Run['start']; report?: ShutdownReport; timers?: number } = {}
  const started = host.start().then(
    () => ({ state: host.state }),
    (error: unknown) => ({ state: host.state, error }),
  )
  stage.trace.host('start')
  if (plan.cut && 'ms' in plan.cut.when) void stage.wait(plan.cut.when.ms).then(() => outside.strike())
  void started.then(async (start) => {
    settled.start = start
    stage.trace.host('start settled', 'error' in start ? String(start.error) : undefined)
    if (!('error' in start)) await Promise.race([stage.wait(plan.runMs), aborted(stage.rootSignal)])
    settled.report = await stage.stop('in good order')
    stage.trace.host('stop settled')
    settled.timers = clock.pendingTimers - stage.timers
  })
  await clock.advance(horizonMs(plan))
  const reports = await Promise.all(settled.report ? stage.reports : [])
  return {
    plan,
    events: stage.trace.events,
    start: settled.start,
    report: settled.report,
    isOneReport: new Set(reports).size <= 1,
    boot: host.report,
    state: host.state,
    timers: { settled: settled.timers ?? 0, end: clock.pendingTimers - stage.timers },
  }
}

function hostOf(plan: HostPlan, stage: Stage, { shutdown }: Outside): Host {
  return createHost({
    modules: plan.modules.map((module) => plannedModule(stage, module)),
    config: {},
    logger: silentLogger,
    clock: stage.clock,
    startDeadline: LIMITS.start,
    shutdownDeadline: LIMITS.shutdown,
    drain: { timeout: LIMITS.drain, lameDuck: plan.lameDuckMs },
    database: plan.modules.some(({ hasDatabase }) => hasDatabase) ? plannedDatabases(stage, plan) : 'none',
    ...(shutdown && { shutdown }),
  })
}

/** Somebody outside who ends the host, in one of the ways that there are. */
class Outside {
  readonly shutdown: AbortSignal | Promise<unknown> | undefined
  stop: () => void = () => undefined
  note: () => void = () => undefined
  readonly #cut: Cut | undefined
  readonly #controller = new AbortController()
  #seen = 0
  #resolve: (value: unknown) => void = () => undefined

  constructor(cut: Cut | undefined) {
    this.#cut = cut
    if (cut?.by === 'signal') this.shutdown = this.#controller.signal
    if (cut?.by === 'promise') this.shutdown = new Promise((resolve) => (this.#resolve = resolve))
  }

  onEvent(event: TraceEvent): void {
    const when = this.#cut?.when
    if (!when || 'ms' in when) return
    const isIt = 'event' in when ? when.event === event.index : when.what === event.what && ++this.#seen === when.nth
    if (!isIt) return
    if (when.turns === 0) this.strike()
    else void this.#strikeAfter(when.turns)
  }

  async #strikeAfter(turns: number): Promise<void> {
    for (let turn = 1; turn < turns; turn++) await Promise.resolve()
    this.strike()
  }

  strike(): void {
    if (this.#cut?.by !== 'stop()') this.note()
    if (this.#cut?.by === 'signal') this.#controller.abort(new Error('from outside'))
    else if (this.#cut?.by === 'promise') this.#resolve('from outside')
    else this.stop()
  }
}

/** Beyond everything that a plan can bring: each fault costs a deadline or comes late, once or twice. */
function horizonMs({ modules, cut, runMs, lameDuckMs }: HostPlan): number {
  const faults = modules.reduce((sum, { faults: { size } }) => sum + size, 0) + 1
  const cutMs = cut && 'ms' in cut.when ? cut.when.ms : 0
  return 60_000 + 20_000 * faults + cutMs + runMs + lameDuckMs
}
