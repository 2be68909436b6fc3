import { LIMITS } from './host-plan.js'
import type { HookCall, HookCalls } from './hook-calls.js'
import { shown } from './start-rules.js'
import type { TraceEvent } from './trace.js'

interface Stop {
  readonly module: string
  readonly start: HookCall
  readonly stop: HookCall | undefined
  readonly event: TraceEvent | undefined
}

/** The starts of modules, each with what stopped it: a call of `stop`, or the signal of a background task. */
function stopsOf(calls: HookCalls): readonly Stop[] {
  return calls.of('start', 'serve').map((start) => {
    const stop = start.hook === 'serve' ? start : calls.ofModule(start.module, 'stop')[0]
    return { module: start.module, start, stop, event: start.hook === 'serve' ? start.told : stop?.called }
  })
}

/** Started in time, and still there when the stops began. */
function isInTurn(calls: HookCalls, { start, event }: Stop): boolean {
  const started = calls.startOf(start)
  const isLate = started === undefined || started.index > calls.stopsBegin
  return !isLate && event !== undefined
}

export function* stopIsTheReverseOfStart(calls: HookCalls): Iterable<string> {
  const inTurn = stopsOf(calls).filter((stop) => isInTurn(calls, stop))
  const stopped = [...inTurn].sort((a, b) => (a.event?.index ?? 0) - (b.event?.index ?? 0)).map(({ module }) => module)
  const wanted = inTurn.map(({ module }) => module).reverse()
  if (stopped.join() !== wanted.join()) yield `stopped ${stopped.join(', ')}; started in reverse: ${wanted.join(', ')}`
  const reported = calls.run.report?.modules.map(({ module }) => module).filter((name) => wanted.includes(name)) ?? []
  if (reported.join() !== wanted.join())
    yield `reported as stopped: ${reported.join(', ')}; started in reverse: ${wanted.join(', ')}`
}

/** Nothing that started is left running, nothing is stopped twice, and nothing that did not start is stopped. */
export function* whatStartedIsStoppedOnce(calls: HookCalls): Iterable<string> {
  for (const { module, start, event } of stopsOf(calls)) {
    const started = calls.startOf(start)
    const count = start.hook === 'serve' ? 1 : calls.ofModule(module, 'stop').length
    if (start.hook === 'serve' && !start.ended && !event) yield `the task of ${module} was never told to stop`
    if (start.hook === 'start' && count !== (started ? 1 : 0))
      yield `${module} ${started ? 'started' : 'did not start'} and was stopped ${String(count)} times`
    if (start.hook === 'start' && started && event && event.index < started.index)
      yield `${module} was stopped before it had started`
  }
  for (const { module } of calls.of('stop'))
    if (calls.ofModule(module, 'start').length === 0) yield `${module} was stopped and never started`
  const names = calls.run.report?.modules.map(({ module }) => module) ?? []
  for (const name of new Set(names))
    if (names.filter((other) => other === name).length > 1) yield `${name} is reported as stopped twice`
}

/** Each stop has a fresh signal, which aborts at its deadline; a second later the next one begins. */
export function* stopsHaveTheirTime(calls: HookCalls): Iterable<string> {
  for (const call of calls.of('stop', 'drain')) {
    const limit = call.hook === 'stop' ? LIMITS.shutdown : LIMITS.drain
    const { called, told, ended } = call
    if (called.note?.includes('aborted')) yield `${shown(call)} with an aborted signal`
    if (told && told.at !== called.at + limit)
      yield `${shown(call)} was told to drop everything at ${String(told.at)} ms`
    if (!told && (ended?.at ?? Infinity) > called.at + limit) yield `${shown(call)} was not told of its deadline`
  }
}

export function* providersAreDisposedOfOnce(calls: HookCalls): Iterable<string> {
  for (const { module } of calls.of('construct')) {
    const { providers } = calls.planOf({ module })
    const disposed = calls.ofModule(module, 'dispose').map(({ note }) => note)
    const wanted = Array.from({ length: providers }, (_, index) => `provider ${String(providers - 1 - index)}`)
    if (disposed.join() !== wanted.join())
      yield `${module} disposed of ${disposed.join(', ') || 'nothing'} instead of ${wanted.join(', ') || 'nothing'}`
  }
}

/** A provider goes when its module has stopped, or has been left behind; not while it stops. */
export function* providersGoAfterTheStop(calls: HookCalls): Iterable<string> {
  for (const { module, start, stop, event } of stopsOf(calls)) {
    const started = calls.startOf(start)
    for (const dispose of calls.ofModule(module, 'dispose')) {
      // It started when nothing was left of it; so be it.
      if (!stop || !event || (started && started.index > dispose.called.index)) continue
      const waited = dispose.called.at - event.at
      const isOver = (stop.ended?.index ?? Infinity) < dispose.called.index && event.index < dispose.called.index
      if (!isOver && waited < calls.stopLimitOf(stop)) yield `${shown(dispose)} before ${shown(stop)} was over`
    }
  }
}

/** Whoever needs a module is gone, with its providers, before the module stops. */
export function* dependentsGoBeforeWhatTheyNeed(calls: HookCalls): Iterable<string> {
  const { plan } = calls.run
  for (const dispose of calls.of('dispose')) {
    const module = calls.planOf(dispose)
    if (module.capabilities.includes('rest_host')) continue
    for (const { name, capabilities } of plan.depsOf(module)) {
      if (capabilities.includes('rest_host')) continue
      const stop = stopsOf(calls).find((other) => other.module === name && isInTurn(calls, other))
      const gone = [stop?.event, ...calls.ofModule(name, 'dispose').map(({ called }) => called)]
      for (const event of gone)
        if (event && event.index < dispose.called.index)
          yield `${shown(dispose)} after event ${String(event.index)} of ${name}, which it needs`
    }
  }
}

/** Gateway and hub are drained once, where they had started, before anything stops; databases close last. */
export function* drainsComeFirstAndDatabasesLast(calls: HookCalls): Iterable<string> {
  const [closed, ...again] = calls.of('closeDb')
  if (again.length > 0) yield 'the databases were closed twice'
  const isOpen = calls.run.plan.modules.some(({ hasDatabase }) => hasDatabase) && calls.of('construct').length > 0
  if (isOpen && !closed) yield 'the databases were not closed'
  for (const call of calls.of('stop', 'dispose')) {
    if (closed && call.called.index > closed.called.index && !calls.isAfterTheStops(call))
      yield `${shown(call)} after the databases had been closed`
  }
  for (const { name, capabilities } of calls.run.plan.modules) {
    if (!capabilities.includes('stateful')) continue
    const roles = capabilities.filter((capability) => capability === 'rest_host' || capability === 'grpc_hub').length
    const [start] = calls.ofModule(name, 'start', 'serve')
    const started = start && calls.startOf(start)
    const wanted = started && started.index < calls.indexOf('root signal aborts') ? roles : 0
    const drains = calls.ofModule(name, 'drain').length
    if (drains < wanted || drains > roles) yield `${name} was drained ${String(drains)} times`
  }
}

/** Every wait ends: when the start was given up and when everything had stopped can be told from what was planned. */
export function* everythingEndsInTime(calls: HookCalls): Iterable<string> {
  const { events, plan } = calls.run
  const settled = events[calls.indexOf('start settled')]
  const stopped = events[calls.indexOf('stop settled')]
  if (!settled || !stopped) {
    yield 'start or stop never settled'
    return
  }
  const slow = (call: HookCall, limit: number): number => (call.ended?.at === call.called.at ? 0 : limit)
  const sum = (...terms: readonly number[]): number => terms.reduce((a, b) => a + b, 0)
  const starting = calls.all.filter(
    ({ hook, called }) => !['stop', 'drain', 'dispose', 'closeDb'].includes(hook) && called.index < settled.index,
  )
  const ofStart = sum(LIMITS.grace, ...starting.map((call) => slow(call, LIMITS.start)))
  const tasks = calls.of('serve').filter(({ told }) => told !== undefined && told.index < stopped.index)
  const ofStop = sum(
    plan.lameDuckMs,
    ...calls.of('drain').map((call) => slow(call, LIMITS.drain + LIMITS.grace)),
    ...calls.of('stop', 'dispose').map((call) => slow(call, LIMITS.shutdown + LIMITS.grace)),
    ...tasks.map((call) => (call.ended?.at === call.told?.at ? 0 : LIMITS.shutdown)),
    ...calls.of('closeDb').map((call) => slow(call, LIMITS.databases + LIMITS.grace)),
  )
  const aborts = events[calls.indexOf('root signal aborts')]?.at ?? 0
  if (aborts > ofStart + ('error' in (calls.run.start ?? {}) ? 0 : plan.runMs))
    yield `the start was still going on at ${String(aborts)} ms; it had ${String(ofStart)} ms`
  if (stopped.at > aborts + LIMITS.grace + ofStop)
    yield `the host stopped at ${String(stopped.at)} ms; it had ${String(ofStop)} ms from ${String(aborts)} ms`
}

/** When start and stop have settled, nothing of the host is left: no timer, no rejection that nobody sees. */
export function* nothingIsLeft(calls: HookCalls): Iterable<string> {
  const { run } = calls
  const isStopping = calls.of('stop').some((call) => calls.isAfterTheStops(call))
  if (run.timers.settled !== 0 && !isStopping)
    yield `${String(run.timers.settled)} timers were left when the host had stopped`
  if (run.timers.end !== 0) yield `${String(run.timers.end)} timers are left`
  if (run.unhandled.length > 0) yield `unhandled rejections: ${run.unhandled.map(String).join(', ')}`
}

/** Every caller of `stop()` gets one report, which is plain data, and names whatever had not ended. */
export function* theReportIsWhole(calls: HookCalls): Iterable<string> {
  const { report, isOneReport, boot } = calls.run
  if (!report) return
  if (!isOneReport) yield 'not every stop() resolved with the same report'
  if (JSON.stringify(JSON.parse(JSON.stringify(report))) !== JSON.stringify(report)) yield 'the report is no plain data'
  const end = calls.indexOf('stop settled')
  const said = [...report.leftBehind, ...boot.degradations.map(({ module, reason }) => `${reason} (${module})`)]
  for (const call of calls.all) {
    if (call.called.index > end || (call.ended?.index ?? Infinity) < end) continue
    const subject = call.hook === 'closeDb' ? 'databases' : `"${call.module}"`
    if (!said.some((text) => text.includes(subject))) yield `${shown(call)} had not ended, and nobody says so`
  }
}
