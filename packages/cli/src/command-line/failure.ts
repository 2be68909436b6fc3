import { formatError, isHostError } from '@modkit/core'
import { errorToJson } from '@modkit/core/spi'
import { remoteFailure } from '../application/entry-error.js'
import { locatedProblem } from '../problems/problem.js'
import { problemJson, problemText } from '../problems/problem-text.js'
import type { Outcome, Surroundings } from './command.js'

/** What is said of a command that failed. */
export function failureOutcome(error: unknown, { cwd, terminal }: Pick<Surroundings, 'cwd' | 'terminal'>): Outcome {
  const remote = remoteFailure(error)
  if (!remote && !isHostError(error)) return { text: formatError(error), json: { error: errorToJson(error) } }
  const json = remote?.json ?? errorToJson(error)
  const problem = locatedProblem({ error: json, stack: remote?.stack }, { declarations: {}, routes: [] }, cwd)
  return { text: problemText(problem, { cwd, paint: terminal.paintErr }), json: { error: problemJson(problem) } }
}
