import { HostError } from '@modkit/core'
import { httpMethods, parameterNames, type Operation, type PathTemplate } from '@modkit/core/spi'

/** One path of the document, and what is documented under it. */
export interface DocumentPath {
  readonly text: string
  /** As the document calls the parameters, in order. */
  readonly parameters: readonly string[]
  /** In the order of {@link httpMethods}. */
  readonly operations: readonly Operation[]
}

/**
 * The paths of the document, sorted. Two paths that differ only by what they call their parameters are one to OpenAPI;
 * it bears the names of the operation that sorts first.
 */
export function documentPaths(operations: readonly Operation[]): DocumentPath[] {
  const groups = new Map<string, Operation[]>()
  for (const operation of sorted(operations)) {
    const shape = documentShape(operation.path)
    const group = groups.get(shape)
    if (group) group.push(operation)
    else groups.set(shape, [operation])
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group
    if (first === undefined) return []
    const byMethod = [...group].sort((a, b) => httpMethods.indexOf(a.method) - httpMethods.indexOf(b.method))
    return [{ text: documentText(first.path), parameters: parameterNames(first.path), operations: byMethod }]
  })
}

/**
 * Operations that the document would have under the same path and method, as it has no word for a parameter that spans
 * segments: a `ROUTE_CONFLICT` for each.
 */
export function indistinctPaths(operations: readonly Operation[]): HostError[] {
  const rests = operations.filter(endsInRest)
  if (rests.length === 0) return []
  const others = operations.filter((operation) => !endsInRest(operation))
  const plain = new Map(others.map((operation) => [methodAndShape(operation), operation]))
  return rests.flatMap((rest) => {
    const other = plain.get(methodAndShape(rest))
    return other === undefined ? [] : [indistinct(rest, other)]
  })
}

/** The order in which the document has everything, whoever declared it when. */
function sorted(operations: readonly Operation[]): Operation[] {
  const keyed = operations.map((operation) => ({ operation, key: `${operation.path.text} ${operation.method}` }))
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ operation }) => operation)
}

function endsInRest({ path }: Operation): boolean {
  return path.segments.at(-1)?.kind === 'rest'
}

function methodAndShape({ method, path }: Operation): string {
  return `${method} ${documentShape(path)}`
}

/** A text that two paths share exactly when OpenAPI takes one for the other. */
function documentShape({ segments }: PathTemplate): string {
  return segments.map((segment) => (segment.kind === 'literal' ? `/${segment.text}` : '/{}')).join('')
}

/** OpenAPI has no word for a parameter that spans segments. */
function documentText({ text }: PathTemplate): string {
  return text.replace('{*', '{')
}

function indistinct(rest: Operation, other: Operation): HostError {
  const modules = [...new Set([other.owner.module, rest.owner.module])]
  const reason = `the OpenAPI document could not tell it from ${other.route} of module "${other.owner.module}"`
  return new HostError('ROUTE_CONFLICT', { route: rest.route, modules, reason })
}
