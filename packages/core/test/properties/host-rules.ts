import { HookCalls } from './hook-calls.js'
import type { Run } from './run-plan.js'
import * as start from './start-rules.js'
import * as stop from './stop-rules.js'
import { eventLine } from './trace.js'

/** What must hold of every life of every host, by name. */
export const hostRules: Readonly<Record<string, start.Rule>> = {
  'phases follow one another': start.phasesFollowOneAnother,
  'dependencies go first': start.dependenciesGoFirst,
  'system modules go first': start.systemGoesFirst,
  'of the modules that are ready the first given goes': start.amongReadyTheFirstGivenGoes,
  'nothing starts after the end of the start': start.nothingStartsAfterTheEndOfTheStart,
  'failed modules are passed over': start.failedModulesArePassedOver,
  'a whole start calls every hook': start.aWholeStartCallsEveryHook,
  'hooks have their time': start.hooksHaveTheirTime,
  'a start says how it ended': start.aStartSaysHowItEnded,
  'optional failures degrade': start.optionalFailuresDegrade,
  'stop is the reverse of start': stop.stopIsTheReverseOfStart,
  'what started is stopped once': stop.whatStartedIsStoppedOnce,
  'stops have their time': stop.stopsHaveTheirTime,
  'providers are disposed of once': stop.providersAreDisposedOfOnce,
  'providers go after the stop': stop.providersGoAfterTheStop,
  'dependents go before what they need': stop.dependentsGoBeforeWhatTheyNeed,
  'drains come first and databases last': stop.drainsComeFirstAndDatabasesLast,
  'everything ends in time': stop.everythingEndsInTime,
  'nothing is left': stop.nothingIsLeft,
  'the report is whole': stop.theReportIsWhole,
}

/** Every rule that a run breaks, and how. */
export function complaints(run: Run): readonly string[] {
  const calls = new HookCalls(run)
  return Object.entries(hostRules).flatMap(([rule, check]) =>
    [...check(calls)].map((complaint) => `${rule}: ${complaint}`),
  )
}

/**
 * For a property.
 *
 * @throws Error that says which rules a run breaks, of which host, and what happened in it
 */
export function assertRules(run: Run): void {
  const found = complaints(run)
  if (found.length === 0) return
  throw new Error(
    ['', ...found, '', ...run.plan.toString().split('\n'), '', ...run.events.map(eventLine), ''].join('\n'),
  )
}
