import type { HostError } from '@modkit/core'
import { LIMITS, type Hook, type ModulePlan } from './host-plan.js'
import { isOfStart, PHASE_NAMES, phaseOf, type HookCall, type HookCalls } from './hook-calls.js'
import { faultMessage } from './stage.js'
import type { TraceEvent } from './trace.js'

/** A rule gives a sentence for everything that breaks it. */
export type Rule = (calls: HookCalls) => Iterable<string>

/** In these hooks every module goes after all system modules; the others are visited in topological order. */
const SYSTEM_FIRST: readonly Hook[] = ['preInit', 'openDb', 'init', 'postInit', 'start', 'serve']

function startCalls(calls: HookCalls): readonly HookCall[] {
  return calls.all.filter(({ hook }) => isOfStart(hook))
}

export function* phasesFollowOneAnother(calls: HookCalls): Iterable<string> {
  let last: HookCall | undefined
  for (const call of calls.all) {
    if (calls.isAfterTheStops(call)) continue
    if (last && phaseOf(call.hook) < phaseOf(last.hook)) yield `${shown(call)} after ${shown(last)}`
    last = call
  }
}

/** The hooks in which `start` and the entry of a task are one. */
function sameVisit(hook: Hook): readonly Hook[] {
  return hook === 'start' || hook === 'serve' ? ['start', 'serve'] : [hook]
}

/** No hook runs before that of a dependency has ended well, unless an optional one failed. */
export function* dependenciesGoFirst(calls: HookCalls): Iterable<string> {
  for (const call of startCalls(calls)) {
    const module = calls.planOf(call)
    if (isGatewayHook(call, module)) continue
    for (const dep of calls.run.plan.depsOf(module)) {
      if (!hasVisit(dep, call.hook)) continue
      const [before] = calls.ofModule(dep.name, ...sameVisit(call.hook))
      const settled = before && calls.settledOf(before)
      const isReady = settled !== undefined && settled.index < call.called.index && !calls.failureOf(before!)
      if (!isReady && !dep.optional) yield `${shown(call)} before ${dep.name}, which it needs`
      if (before && before.called.index > call.called.index) yield `${shown(call)} before ${shown(before)}`
    }
  }
}

/** The REST host starts before all others, also those that it depends on. */
function isGatewayHook({ hook }: HookCall, { capabilities }: ModulePlan): boolean {
  return capabilities.includes('rest_host') && (hook === 'start' || hook === 'serve')
}

function hasVisit(module: ModulePlan, hook: Hook): boolean {
  const has = module.capabilities.includes.bind(module.capabilities)
  if (hook === 'construct' || hook === 'init') return true
  if (hook === 'preInit' || hook === 'postInit') return has('system')
  if (hook === 'openDb') return module.hasDatabase
  if (hook === 'migrations' || hook === 'migrateDb') return module.hasDatabase && has('db')
  if (hook === 'registerRest') return has('rest')
  if (hook === 'grpcServices') return has('grpc')
  return (hook === 'start' || hook === 'serve') && has('stateful')
}

export function* systemGoesFirst(calls: HookCalls): Iterable<string> {
  const rank = ({ hook }: HookCall, { capabilities }: ModulePlan): number => {
    if ((hook === 'start' || hook === 'serve') && capabilities.includes('rest_host')) return 0
    return capabilities.includes('system') ? 1 : 2
  }
  for (const hooks of new Set(SYSTEM_FIRST.map((hook) => sameVisit(hook).join()))) {
    let last: HookCall | undefined
    for (const call of calls.of(...(hooks.split(',') as Hook[]))) {
      if (last && rank(call, calls.planOf(call)) < rank(last, calls.planOf(last)))
        yield `${shown(call)} after ${shown(last)}`
      last = call
    }
  }
}

/** Of the modules that are ready, the one that was given first. */
export function* amongReadyTheFirstGivenGoes(calls: HookCalls): Iterable<string> {
  const { plan } = calls.run
  const left = new Set(plan.modules)
  for (const { module } of calls.of('construct')) {
    const ready = [...left].find((candidate) => plan.depsOf(candidate).every((dep) => !left.has(dep)))
    if (ready?.name !== module) yield `${module}.construct where ${String(ready?.name)} was to come`
    for (const candidate of left) if (candidate.name === module) left.delete(candidate)
  }
}

/** The failure that ends the start: the first of a module that is not optional. */
function fatalFailure(calls: HookCalls): { call: HookCall; event: TraceEvent; isGivenUp: boolean } | undefined {
  for (const call of startCalls(calls)) {
    const failure = calls.failureOf(call)
    if (failure && !calls.planOf(call).optional) return { call, ...failure }
  }
  return undefined
}

export function* nothingStartsAfterTheEndOfTheStart(calls: HookCalls): Iterable<string> {
  const fatal = fatalFailure(calls)
  const aborts = calls.indexOf('root signal aborts')
  for (const call of startCalls(calls)) {
    // Of opening and migrating, which are one visit, the manager is told by its signal.
    if (call.hook === 'migrateDb') continue
    if (call.called.index > aborts) yield `${shown(call)} after the root signal aborted`
    if (fatal && call.called.index > fatal.event.index) yield `${shown(call)} after ${shown(fatal.call)} had failed`
    if (call.called.state !== 'starting') yield `${shown(call)} while the host is ${call.called.state}`
    if (call.hook !== 'serve' && call.called.note?.includes('aborted')) yield `${shown(call)} with an aborted signal`
  }
}

/** A failed optional module is passed over, but for its routes, which then answer 503. */
export function* failedModulesArePassedOver(calls: HookCalls): Iterable<string> {
  const failed = new Map<string, number>()
  for (const call of startCalls(calls)) {
    const since = failed.get(call.module)
    if (since !== undefined && call.called.index >= since && call.hook !== 'registerRest')
      yield `${shown(call)} although ${call.module} had failed`
    const failure = call.hook === 'registerRest' && since !== undefined ? undefined : calls.failureOf(call)
    if (failure) failed.set(call.module, Math.min(since ?? Infinity, failure.event.index))
  }
}

/** In a start that succeeds every hook of every module that works is called once. */
export function* aWholeStartCallsEveryHook(calls: HookCalls): Iterable<string> {
  const { plan, start } = calls.run
  if (!start || 'error' in start) return
  const hasFailed = (module: ModulePlan): boolean =>
    startCalls(calls).some((call) => call.module === module.name && calls.failureOf(call))
  const gateway = plan.modules.find(({ capabilities }) => capabilities.includes('rest_host'))
  for (const module of plan.modules) {
    if (hasFailed(module)) continue
    const wanted: readonly Hook[] = [
      'construct',
      'preInit',
      'openDb',
      'migrations',
      'migrateDb',
      'init',
      'postInit',
      'grpcServices',
      'start',
      'serve',
    ]
    for (const hook of wanted) {
      const isWanted =
        hasVisit(module, hook) && (hook !== 'serve' || module.lifecycle) && (hook !== 'start' || !module.lifecycle)
      const count = calls.ofModule(module.name, hook).length
      if (count !== (isWanted ? 1 : 0)) yield `${module.name}.${hook} called ${String(count)} times`
    }
    const routes = gateway && !hasFailed(gateway) && module.capabilities.includes('rest') ? 1 : undefined
    if (routes !== undefined && calls.ofModule(module.name, 'registerRest').length !== 1)
      yield `${module.name} did not declare its routes`
  }
}

/** Nobody is given up before the deadline, or a second after the root signal; and nobody is waited for longer. */
export function* hooksHaveTheirTime(calls: HookCalls): Iterable<string> {
  const aborts = calls.run.events[calls.indexOf('root signal aborts')]
  for (const call of startCalls(calls)) {
    const from = call.called.at
    const sinceAbort = aborts === undefined ? Infinity : Math.max(from, aborts.at) + LIMITS.grace
    const limit = Math.min(from + LIMITS.start, sinceAbort)
    const next = calls.givenUpBy(call)
    const earlier =
      call.hook === 'serve' && call.told ? call.told.at + (calls.planOf(call).lifecycle?.stopTimeout ?? 0) : Infinity
    if (next && next.at < Math.min(limit, earlier)) yield `${shown(call)} was given up at ${String(next.at)} ms already`
    const settled = calls.settledOf(call)
    if (!next && settled && settled.at > limit) yield `${shown(call)} was waited for until ${String(settled.at)} ms`
  }
}

/** What a start rejects with, and the state that the host ends in, say why it ended. */
export function* aStartSaysHowItEnded(calls: HookCalls): Iterable<string> {
  const { start, state } = calls.run
  if (!start) return
  const fatal = fatalFailure(calls)
  const aborts = calls.run.events[calls.indexOf('root signal aborts')]
  if (!('error' in start)) {
    if (fatal) yield `the start succeeded although ${shown(fatal.call)} failed`
    if (state !== 'stopped') yield `it ended ${state} after a good start`
    return
  }
  const error = start.error as HostError
  if (start.state !== state) yield `it was ${start.state} when the start had settled and ended ${state}`
  if (error.code === 'CANCELLED') {
    if (calls.indexOf('asked to stop') > calls.indexOf('start settled')) yield 'CANCELLED although nobody had asked'
    if (fatal && aborts && fatal.event.at < aborts.at && !fatal.isGivenUp)
      yield `CANCELLED although ${shown(fatal.call)} had failed before`
    if (state !== 'stopped') yield `it ended ${state} when its start was cancelled`
    return
  }
  if (state !== 'failed') yield `it ended ${state} when its start failed with ${error.message}`
  if (!fatal) yield `the start failed for no reason: ${error.message}`
  else if (aborts && aborts.index < fatal.event.index && aborts.at < fatal.event.at)
    yield `${error.message} although the start had been cancelled before`
  else yield* isErrorOf(error, fatal, calls)
}

function* isErrorOf(
  error: HostError,
  { call, isGivenUp }: { call: HookCall; isGivenUp: boolean },
  calls: HookCalls,
): Iterable<string> {
  const message = faultMessage(call)
  if (call.hook === 'construct') {
    if ((error as Error).message !== message) yield `the error of ${shown(call)} came as ${error.message}`
    return
  }
  const { phase, module } = error.details as { phase?: string; module?: string }
  if (error.code !== 'PHASE_FAILED' || phase !== PHASE_NAMES[phaseOf(call.hook)] || module !== call.module)
    yield `${shown(call)} failed, and the error is ${error.code} of ${String(module)} in ${String(phase)}`
  const { code, message: said } = error.cause as HostError
  const how = calls.planOf(call).faults.get(call.hook)?.how
  const wanted = isGivenUp
    ? 'DEADLINE_EXCEEDED'
    : how === 'promise'
      ? 'HOOK_MUST_BE_SYNC'
      : how === 'return early'
        ? 'TASK_ENDED_EARLY'
        : undefined
  if (wanted === undefined ? said !== message : code !== wanted) yield `${shown(call)} failed because of ${said}`
}

/** Every failure of an optional module is a degradation, and nothing else is but that of a background task. */
export function* optionalFailuresDegrade(calls: HookCalls): Iterable<string> {
  const degraded = calls.run.boot.degradations.map(({ module }) => module)
  const aborts = calls.run.events[calls.indexOf('root signal aborts')]
  const failures = startCalls(calls).filter((call) => calls.planOf(call).optional && calls.failureOf(call))
  for (const call of failures) {
    // What fails in the moment of the cancellation may be part of it.
    const isBefore = aborts === undefined || (calls.failureOf(call)?.event.at ?? Infinity) < aborts.at
    if (isBefore && !degraded.includes(call.module)) yield `${shown(call)} failed and degrades nothing`
  }
  for (const module of degraded) {
    const isTask = calls.ofModule(module, 'serve').some(({ ended }) => ended?.what === 'failed')
    if (!isTask && !failures.some((call) => call.module === module)) yield `${module} is a degradation for no reason`
  }
}

export function shown({ module, hook, note, called }: HookCall): string {
  return `${module}.${hook}${note === undefined ? '' : ` (${note})`} at event ${String(called.index)}`
}
