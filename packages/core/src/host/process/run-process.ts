import { isConfigurationError } from '../../errors/configuration-error.js'
import { HostError } from '../../errors/host-error.js'
import { writeLastLine } from '../../logging/last-line.js'
import { holdLifeLine } from '../../out-of-process/life-line.js'
import { CONFIGURATION_EXIT_CODE, KEPT_ALIVE_BY, startFailureText } from '../../out-of-process/start-failure.js'
import type { ClockTimer } from '../../time/clock.js'
import { settleWithin } from '../../time/deadline.js'
import { holdEventLoop } from '../../time/event-loop.js'
import { formatShutdownReport } from '../reports/report-text.js'
import type { HostOptions } from '../options/host-options.js'
import { parseHostLimits } from '../options/host-limits.js'
import type { OwnedHost } from './owned-host.js'
import { exitCodeOf, listenToSignals, type ProcessSignals } from './process-signals.js'
import type { ShutdownReport } from '../reports/shutdown-report.js'
import { Watchdog } from './watchdog.js'

/** After the stop, what still keeps the process alive gets this long before it is named. */
const LINGER_MS = 1_000

/** How long the end of the watchdog's thread is waited for. */
const WATCHDOG_END_MS = 1_000

/** Shared by every copy of this package: one process, and the last host of any copy to end looks after it. */
const OWNERS = Symbol.for('modkit:process-owners')

interface ProcessOwners {
  /** How many hosts live in `run()` now. */
  living: number
  /** Names what keeps the process alive, unless another host takes it over first. */
  naming?: ClockTimer | undefined
}

interface OwnersGlobal {
  [OWNERS]?: ProcessOwners | undefined
}

function processOwners(): ProcessOwners {
  return ((globalThis as OwnersGlobal)[OWNERS] ??= { living: 0 })
}

/** The whole life of a host that owns its process. Never rejects: failures are printed and become the exit code. */
export async function runProcess(host: OwnedHost): Promise<void> {
  const owners = processOwners()
  owners.living++
  owners.naming?.cancel()
  const letGo = holdEventLoop()
  const signals = endsOnSignals(host) ? endOnSignals(host) : undefined
  const watchdog = watch(host)
  const letGoOfLine = holdLifeLine({
    onHostGone: () => void host.stop('the host of this process is gone'),
    onUnavailable: (error) => host.logger.warn('The life line could not be held; this process may outlive its host', { error }), // prettier-ignore
  })
  try {
    await live(host)
  } catch (error) {
    fail(host, error, signals)
  } finally {
    await endWatch(watchdog, host)
    signals?.remove()
    letGoOfLine()
    owners.living--
    if (owners.living === 0) owners.naming = nameWhatLingers(host, signals?.received !== undefined)
    letGo()
  }
}

/** A child ends when its host says so, whatever else the program has in mind. */
function endsOnSignals({ options: { shutdown }, role }: OwnedHost): boolean {
  return shutdown === undefined || shutdown === 'signals' || role !== undefined
}

function endOnSignals(host: OwnedHost): ProcessSignals {
  return listenToSignals({
    onFirst: (signal) => void host.stop(signal),
    onSecond: (signal, exitCode) => {
      exitAtOnce(host, `${signal} received again: exiting at once with code ${String(exitCode)}`, exitCode)
    },
  })
}

function exitAtOnce(host: OwnedHost, lastLine: string, exitCode: number): never {
  writeLastLine(lastLine)
  host.dropChildren()
  process.exit(exitCode)
}

/** Watches the host's shutdown, and its event loop where that is asked for. */
function watch(host: OwnedHost): Watchdog {
  const onExpired = (what: string, limitMs: number): void => {
    exitAtOnce(host, `shutdown: ${what} timed out, force exiting (timeout_secs=${String(limitMs / 1_000)})`, 1)
  }
  const onUnavailable = (error: unknown): void => {
    host.logger.warn('The watchdog could not be started; the process is not watched', { error })
  }
  const blockedLoopMs = blockedLoopOf(host.options)
  const watchdog = new Watchdog({ clock: host.clock, blockedLoopMs, onExpired, onUnavailable })
  host.watchStops(watchdog)
  return watchdog
}

function blockedLoopOf(options: HostOptions): number | undefined {
  try {
    return parseHostLimits(options).blockedLoopMs
  } catch {
    // What is wrong with the options the start finds and reports.
    return undefined
  }
}

/** Its thread holds nothing that anybody waits for: one that does not end in time ends with the process. */
async function endWatch(watchdog: Watchdog, { clock }: OwnedHost): Promise<void> {
  await settleWithin(watchdog.close(), { operation: 'Ending the watchdog', clock, afterMs: WATCHDOG_END_MS })
}

async function live(host: OwnedHost): Promise<void> {
  // A host that runs already is taken over as it is, and so is a start under way.
  if (host.state !== 'running') await (host.starting ?? host.start())
  await aborted(host.rootSignal)
  reportStop(await host.stop())
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

function reportStop(report: ShutdownReport): void {
  if (report.leftBehind.length === 0) return
  writeLastLine(`Shutdown left something behind.\n${formatShutdownReport(report)}`)
  process.exitCode = 1
}

/** Prints the failure once, as text for a person, whatever logger there is. */
function fail(host: OwnedHost, error: unknown, signals: ProcessSignals | undefined): void {
  writeLastLine(failureText(host, error))
  const endedBySignal = signals?.received !== undefined && HostError.is(error, 'CANCELLED')
  process.exitCode = endedBySignal ? exitCodeOf(signals.received) : failureCode(host, error)
}

/** The host of a child is told when another one would be of no use; whoever looks after a host has no use for the difference. */
function failureCode({ role }: OwnedHost, error: unknown): number {
  return role !== undefined && isConfigurationError(error) ? CONFIGURATION_EXIT_CODE : 1
}

function failureText(host: OwnedHost, error: unknown): string {
  const failed = host.report.phases.at(-1)?.modules.find(({ outcome }) => outcome !== 'ok')
  const where =
    failed && host.report.phases.at(-1)?.phase === 'construct'
      ? `Module "${failed.module}" could not be constructed.\n`
      : ''
  return startFailureText(error, where)
}

/**
 * Names what keeps the process alive although the host is gone. After a process signal it then ends all the same, and so does
 * that of a child: its host waits for its exit code to see what has become of it.
 */
function nameWhatLingers({ clock, role }: OwnedHost, endedBySignal: boolean): ClockTimer {
  const linger = (): void => {
    const handles = process.getActiveResourcesInfo().filter((name) => !/^(TTYWrap|PipeWrap)$/.test(name))
    writeLastLine(`${KEPT_ALIVE_BY}${handles.join(', ') || 'a pipe'}`)
    if (endedBySignal || role !== undefined) process.exit()
  }
  // Fires only when the process is alive then, which is the question.
  return clock.after(LINGER_MS, linger, { keepAlive: false })
}
