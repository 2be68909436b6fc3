import type { HostErrorJson } from '@modkit/core'
import type { InspectedProblem } from '@modkit/core/spi'
import type { Place } from './place.js'
import { type Declarations, placesOfProblem } from './places-of-problem.js'

/** What is wrong, and where. */
export interface Problem {
  readonly code: string
  readonly message: string
  readonly hint: string | undefined
  readonly module: string | undefined
  readonly place: Place | undefined
  /** What else has a part in it: the other route, the other modules of a circle. */
  readonly related: readonly Place[]
  readonly error: HostErrorJson
}

/** A problem with the place that a person has to look at, as far as it can be known. */
export function locatedProblem(problem: InspectedProblem, known: Declarations, directory: string): Problem {
  const { error, module } = problem
  const [place, ...related] = placesOfProblem(problem, { known, directory })
  return {
    code: error.code ?? error.name,
    // What is none of ours does not say whose it is.
    message:
      error.code === undefined && module !== undefined
        ? `Module "${module}": ${fullMessage(error)}`
        : fullMessage(error),
    hint: innermostHint(error),
    module,
    place,
    related,
    error,
  }
}

/** The message, and below it those of the causes. */
function fullMessage({ message, cause }: HostErrorJson): string {
  if (typeof cause !== 'object' || cause === null) return message
  const inner = cause as HostErrorJson
  return `${message}\nCaused by ${inner.code ?? inner.name}: ${fullMessage(inner)}`
}

/** What to do about the cause, where the error itself only says in which phase it came. */
function innermostHint({ code, hint, cause }: HostErrorJson): string | undefined {
  if (code !== 'PHASE_FAILED' || typeof cause !== 'object' || cause === null) return hint
  return innermostHint(cause as HostErrorJson) ?? hint
}
