import { LIMITS, type Hook, type ModulePlan } from './host-plan.js'
import type { Run } from './run-plan.js'
import type { TraceEvent } from './trace.js'

/** One call of one hook, from the call to its end. */
export interface HookCall {
  readonly module: string
  readonly hook: Hook
  readonly note: string | undefined
  readonly called: TraceEvent
  ready?: TraceEvent
  /** When the signal that it was given aborted, if that was before its end. */
  told?: TraceEvent
  ended?: TraceEvent
}

const PHASES: readonly (readonly Hook[])[] = [
  ['construct'],
  ['preInit'],
  ['openDb', 'migrations', 'migrateDb'],
  ['init'],
  ['postInit'],
  ['restPrepare', 'restApi', 'registerRest', 'restFinalize'],
  ['grpcServices'],
  ['start', 'serve'],
  ['drain'],
  ['stop', 'dispose'],
  ['closeDb'],
]

/** The place of a hook in the life of a host. */
export function phaseOf(hook: Hook): number {
  return PHASES.findIndex((hooks) => hooks.includes(hook))
}

export const PHASE_NAMES = ['construct', 'pre_init', 'db', 'init', 'post_init', 'rest', 'grpc', 'start'] as const

export function isOfStart(hook: Hook): boolean {
  return phaseOf(hook) < PHASE_NAMES.length
}

/** What happened in a run, call by call. */
export class HookCalls {
  readonly run: Run
  readonly all: HookCall[] = []
  /** When the first module was stopped, or the first provider disposed of, in its turn; then the host ends nothing but. */
  readonly stopsBegin: number

  constructor(run: Run) {
    this.run = run
    for (const event of run.events) this.#add(event)
    const first = this.all.flatMap((call) => {
      if (call.hook === 'stop' || call.hook === 'dispose' || call.hook === 'closeDb') return call.called.index
      const started = call.hook === 'serve' ? this.startOf(call) : undefined
      return started && call.told && started.index < call.told.index ? call.told.index : []
    })
    this.stopsBegin = Math.min(...first, this.#shutdownEnds())
  }

  #add(event: TraceEvent): void {
    const { module, hook, what, note } = event
    if (hook === undefined) return
    if (what === 'called') {
      this.all.push({ module, hook, note, called: event })
      return
    }
    const call = this.all.findLast(
      (open) => open.module === module && open.hook === hook && (what === 'told' || open.note === note),
    )
    if (!call) return
    if (what === 'ready') call.ready = event
    else if (what === 'told') call.told ??= event
    else call.ended = event
  }

  of(...hooks: readonly Hook[]): readonly HookCall[] {
    return this.all.filter(({ hook }) => hooks.includes(hook))
  }

  ofModule(module: string, ...hooks: readonly Hook[]): readonly HookCall[] {
    return this.of(...hooks).filter((call) => call.module === module)
  }

  /** Where an event of the host stands on the trace; behind everything where it did not happen. */
  indexOf(what: TraceEvent['what']): number {
    return this.run.events.find((event) => event.module === 'host' && event.what === what)?.index ?? Infinity
  }

  planOf({ module }: Pick<HookCall, 'module'>): ModulePlan {
    const plan = this.run.plan.get(module)
    if (!plan) throw new Error(`There is no module ${module}.`)
    return plan
  }

  /** When somebody outside could know that the shutdown, or the rollback of a start, is over. */
  #shutdownEnds(): number {
    const { start } = this.run
    return this.indexOf(start && 'error' in start ? 'start settled' : 'stop settled')
  }

  /** Whether it is the stop of a module that had started when the stops were over: nobody waits for it any more. */
  isAfterTheStops(call: HookCall): boolean {
    if (call.hook !== 'stop') return false
    const [start] = this.ofModule(call.module, 'start')
    const over = Math.min(this.of('closeDb')[0]?.called.index ?? Infinity, this.#shutdownEnds())
    return start !== undefined && (this.startOf(start)?.index ?? 0) > over
  }

  /** When a call of `start` or of a background task made its module a started one. */
  startOf(call: HookCall): TraceEvent | undefined {
    if (call.hook === 'start') return call.ended?.what === 'done' ? call.ended : undefined
    const { lifecycle, faults } = this.planOf(call)
    if (lifecycle?.awaitReady !== true) return faults.get('serve')?.how === 'throw' ? undefined : call.called
    const isTooLate = call.ready && call.told && call.told.index < call.ready.index
    return isTooLate ? undefined : call.ready
  }

  /** What the start of the host waits for: the end of the hook; of a background task that it is ready, or simply runs. */
  settledOf(call: HookCall): TraceEvent | undefined {
    if (call.hook !== 'serve') return call.ended
    return this.startOf(call) ?? call.ended
  }

  /** The host went on before a hook of the start had ended: the next thing that it did. */
  givenUpBy(call: HookCall): TraceEvent | undefined {
    const { events } = this.run
    const end = Math.min(this.settledOf(call)?.index ?? Infinity, events.length)
    for (let index = call.called.index + 1; index < end; index++) {
      const event = events[index]
      if (event && this.#isNext(event, call)) return event
    }
    return undefined
  }

  #isNext({ index, module, hook, what }: TraceEvent, call: HookCall): boolean {
    // Unless somebody asked for it, the root signal aborts when the start is rolled back.
    if (what === 'root signal aborts') return this.indexOf('asked to stop') > index
    if (hook === undefined) return what === 'start settled'
    return what === 'called' && !(module === call.module && phaseOf(hook) === phaseOf(call.hook))
  }

  /** When and how a hook of the start failed: it said so, or it was given up. */
  failureOf(call: HookCall): { readonly event: TraceEvent; readonly isGivenUp: boolean } | undefined {
    const next = this.givenUpBy(call)
    if (next) return { event: next, isGivenUp: true }
    if (call.hook === 'serve')
      return this.startOf(call) || !call.ended ? undefined : { event: call.ended, isGivenUp: false }
    return call.ended?.what === 'failed' ? { event: call.ended, isGivenUp: false } : undefined
  }

  /** How long the stop of a module, told at some time, is waited for. */
  stopLimitOf(call: HookCall): number {
    if (call.hook !== 'serve') return LIMITS.shutdown + LIMITS.grace
    return Math.min(this.planOf(call).lifecycle?.stopTimeout ?? Infinity, LIMITS.shutdown - 100)
  }
}
