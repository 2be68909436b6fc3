import { HostError } from '@modkit/core'
import { type HostInspection, parseDuration } from '@modkit/core/spi'
import { askApplication, type AskOptions } from '../application/ask-application.js'
import { type Application, findApplication } from '../application/find-application.js'
import type { Invocation, OptionDefinition, Outcome } from '../command-line/command.js'
import { exitCodes } from '../command-line/exit-codes.js'
import { locatedProblem, type Problem } from '../problems/problem.js'
import { problemJson, problemText } from '../problems/problem-text.js'

/** How long an application may take to be looked at; the first import of a large one is slow. */
const DEFAULT_LIMIT = '60s'

/** For every command that loads the application. */
export const timeoutOption: OptionDefinition = {
  flags: '--timeout <duration>',
  description: 'how long the application may take to be loaded',
  default: DEFAULT_LIMIT,
}

/** What the arguments behind the command are for those that load the application. */
export const appArgs = ['[args...]', "the application's own arguments, behind --"] as const

export interface InspectedApplication {
  readonly app: Application
  readonly inspection: HostInspection
  readonly problems: readonly Problem[]
  readonly warnings: readonly Problem[]
  readonly doubts: readonly Problem[]
}

/** Finds the application, loads it and looks at its host. Nothing is started. */
export async function inspectApplication(invocation: Invocation): Promise<InspectedApplication> {
  const app = await findApplication(invocation.cwd)
  const inspection = await askApplication(app, 'inspect', askOptions(invocation))
  const located = (list: HostInspection['problems']): readonly Problem[] =>
    withoutRepetitions(list.map((problem) => locatedProblem(problem, inspection, app.directory)))
  return {
    app,
    inspection,
    problems: located(inspection.problems),
    warnings: located(inspection.warnings),
    doubts: located(inspection.doubts),
  }
}

/** What the host and the gateway both object to is one problem. */
function withoutRepetitions(problems: readonly Problem[]): readonly Problem[] {
  const byText = new Map(problems.map((problem) => [JSON.stringify(problem), problem]))
  return [...byText.values()]
}

export function askOptions({ clock, signal, env, options, args }: Invocation): AskOptions {
  const limit = options['timeout']
  const limitMs = parseDuration(typeof limit === 'string' ? limit : DEFAULT_LIMIT, '--timeout')
  return { clock, signal, env, limitMs, args }
}

/** The result of a command that cannot do its work, because the application is wrong. */
export function problemsOutcome({ problems }: InspectedApplication, { cwd, terminal }: Invocation): Outcome {
  const texts = problems.map((problem) => problemText(problem, { cwd, paint: terminal.paint }))
  return {
    exitCode: exitCodes.problems,
    text: `${texts.join('\n\n')}\n\n${counted(problems.length, 'problem')}.`,
    json: { problems: problems.map(problemJson) },
  }
}

/** `1 problem`, `2 problems`. */
export function counted(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? '' : 's'}`
}

/** Whether an error says that the command was called wrongly, not that the application is wrong. */
export function isUsageError(error: unknown): boolean {
  return USAGE_CODES.some((code) => HostError.find(error)?.code === code)
}

const USAGE_CODES = [
  ...['APP_NOT_FOUND', 'APP_SETTING_INVALID', 'APP_ENTRY_MISSING', 'APP_RUNNER_MISSING', 'ERROR_CODE_UNKNOWN'],
  ...['DURATION_INVALID', 'SCAFFOLD_NAME_INVALID', 'SCAFFOLD_FILE_EXISTS', 'SCAFFOLD_PACKAGES_MISSING'],
  ...['CONFIG_PATH_UNKNOWN'],
]
