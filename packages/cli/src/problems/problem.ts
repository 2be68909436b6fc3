import type { HostErrorJson } from '@modkit/core'
import type { HostInspection, InspectedProblem } from '@modkit/core/spi'
import { type Place, placeOfImport, placeOfOrigin, placeOfStack } from './place.js'

/** What is wrong, and where. */
export interface Problem {
  readonly code: string
  readonly message: string
  readonly hint: string | undefined
  readonly module: string | undefined
  readonly place: Place | undefined
  readonly error: HostErrorJson
}

/** What is known of an application besides the problem: where its modules and routes are declared. */
export type Declarations = Pick<HostInspection, 'declarations' | 'routes'>

/** A problem with the place that a person has to look at, as far as it can be known. */
export function locatedProblem(problem: InspectedProblem, declarations: Declarations, directory: string): Problem {
  const { error, module } = problem
  return {
    code: error.code ?? error.name,
    // What is none of ours does not say whose it is.
    message:
      error.code === undefined && module !== undefined
        ? `Module "${module}": ${fullMessage(error)}`
        : fullMessage(error),
    hint: error.hint,
    module,
    place: placeOf(problem, declarations, directory),
    error,
  }
}

function placeOf(
  { error, module, route, stack }: InspectedProblem,
  { declarations, routes }: Declarations,
  directory: string,
): Place | undefined {
  // Of two that claim one path, the later one is in the way.
  const claims = routes.filter((known) => routeText(known) === route)
  return (
    configuredPlace(error, directory) ??
    placeOfStack(claims.at(-1)?.declaredAt, directory) ??
    placeOfStack(stack, directory) ??
    placeOfImport(error.message) ??
    placeOfStack(module === undefined ? undefined : declarations[module], directory)
  )
}

function configuredPlace({ details }: HostErrorJson, directory: string): Place | undefined {
  const { origin, issues } = Object(details ?? {}) as { origin?: unknown; issues?: unknown }
  const [first] = Array.isArray(issues) ? (issues as { origin?: unknown }[]) : []
  return placeOfOrigin(origin, directory) ?? placeOfOrigin(first?.origin, directory)
}

function routeText({ method, path }: Declarations['routes'][number]): string {
  return `${method === 'mount' ? 'mount' : method.toUpperCase()} ${path}`
}

/** The message, and below it those of the causes. */
function fullMessage({ message, cause }: HostErrorJson): string {
  if (typeof cause !== 'object' || cause === null) return message
  const inner = cause as HostErrorJson
  return `${message}\nCaused by ${inner.code ?? inner.name}: ${fullMessage(inner)}`
}
