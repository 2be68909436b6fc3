import { type CatalogueEntry, entry, type OfModule } from './entry.js'

/** What ends the phases of a host before their time. */
export const phaseErrors = {
  PHASE_FAILED: entry<{ phase: string; module: string; step?: string }>(
    (d) => `Module "${d.module}" failed in phase "${d.phase}"${d.step ? ` (${d.step})` : ''}.`,
    () => 'Read the cause below.',
  ),
  HOOK_MUST_BE_SYNC: entry<{ module: string; hook: string }>(
    (d) => `${d.hook}() of module "${d.module}" returned a promise, but this hook is synchronous.`,
    () => 'Move what has to be awaited into init() or start().',
  ),
  DEADLINE_EXCEEDED: entry<{
    operation: string
    afterMs: number
    /** The option of `createHost` that sets the deadline. */
    option?: string
  }>(
    (d) => `${d.operation} did not finish within ${String(d.afterMs)} ms.`,
    (d) =>
      `Find out what it waits for, or raise ${d.option ? `the option ${d.option} of createHost()` : 'the deadline'}.`,
  ),
  CANCELLED: entry<{ operation: string; abandoned?: string }>(
    (d) => `${d.operation} was cancelled${d.abandoned ? `; ${d.abandoned} did not react and was left behind` : ''}.`,
    () => 'Look for who aborted the signal, unless you asked for it.',
  ),
  ALREADY_STARTED: entry<{ what: string; state: string }>(
    (d) => `${d.what} was already started; it is ${d.state}.`,
    () => 'Create a new one: a host lives once.',
  ),
  TASK_ENDED_EARLY: entry<OfModule>(
    (d) => `The background task of module "${d.module}" ended before it was ready.`,
    () => 'Call ready() as soon as it does its work, or remove awaitReady from the lifecycle.',
  ),
  MODULE_NOT_FOUND: entry<{ module: string; reason: string }>(
    (d) => `This host has no instance of module "${d.module}": ${d.reason}.`,
    () => 'Ask for it after start(), and only where it runs in this process.',
  ),
  BIND_FAILED: entry<{ address: string; reason: string }>(
    (d) => `The address ${d.address} could not be bound: ${d.reason}.`,
    () => 'Stop what uses it, or configure another address; port 0 takes any free one.',
  ),
  MODULE_UNAVAILABLE: entry<OfModule>(
    (d) => `The optional module "${d.module}" failed and does not serve.`,
    () => 'Read its error in the log of the start.',
  ),
} as const satisfies Readonly<Record<string, CatalogueEntry<never>>>
