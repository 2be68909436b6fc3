import { formatError } from '../errors/error-text.js'

/**
 * The exit code of a child that cannot run with the configuration and the program that it has, as in sysexits.h (`EX_CONFIG`). It
 * is not started again: the next one would be given the same.
 */
export const CONFIGURATION_EXIT_CODE = 78

/** As {@link startFailureText} begins. */
const FIRST_LINE = 'The host did not start.'

/** As the line begins with which a process names what keeps it alive although its host has stopped. */
export const KEPT_ALIVE_BY = 'The host has stopped, but the process is kept alive by: '

/** How much of a reason is told: it becomes a field of a log line, and a part of others. */
const MAX_REASON_LENGTH = 1_000

/** What a process says last, to people, when its host did not start. */
export function startFailureText(error: unknown, where = ''): string {
  return `${FIRST_LINE}\n${where}${formatError(error)}`
}

/**
 * Why a child's host did not start, on one line: code and message, and what caused it; `undefined` where the lines that it wrote
 * last do not say so.
 */
export function startFailureIn(lines: readonly string[]): string | undefined {
  const first = lines.lastIndexOf(FIRST_LINE)
  if (first === -1) return undefined
  const reason = lines
    .slice(first + 1)
    // Neither what to do next nor where in the code it was, nor what came of it.
    .filter((line) => !/^\s*(?:-> |at )/.test(line) && !line.startsWith(KEPT_ALIVE_BY))
    .map((line) => line.trim().replace(/^Caused by: /, 'Caused by '))
    .join(' ')
    .replace(/\.$/, '')
  return reason.length > MAX_REASON_LENGTH ? `${reason.slice(0, MAX_REASON_LENGTH)}…` : reason || undefined
}
