import { errorToJson, isErrorLike, read } from '../../errors/error-json.js'
import { HostError, isHostError } from '../../errors/host-error.js'
import type { InspectedProblem } from './host-inspection.js'

/** What collects others is as many problems as it collects. */
const COLLECTIONS = ['HOST_OPTIONS_INVALID', 'REGISTRY_INVALID', 'CONFIG_INVALID', 'ROUTES_INVALID']

/** Every problem that an error stands for, as data. */
export function inspectedProblems(error: unknown, module?: string): readonly InspectedProblem[] {
  if (isHostError(error) && COLLECTIONS.includes(error.code)) {
    const { problems } = error.details as { readonly problems: readonly unknown[] }
    return problems.flatMap((problem) => inspectedProblems(problem, module))
  }
  const details = isHostError(error) ? (Object(error.details ?? {}) as object) : {}
  return [
    {
      error: errorToJson(error),
      module: textOf(details, 'module') ?? firstOf(details, 'modules') ?? module,
      route: textOf(details, 'route') ?? firstOf(details, 'operations'),
      stack: textOf(Object(innermost(error)) as object, 'stack'),
    },
  ]
}

/** An error of several modules or operations is shown at the first of them. */
function firstOf(details: object, key: 'modules' | 'operations'): string | undefined {
  const names = read(details, key)
  return Array.isArray(names) ? textOf(names, '0') : undefined
}

/** What is wrong with what was declared, whatever the hooks that were not called would have done. */
const FOUND_BY_LOOKING = [
  ...['ROUTE_', 'ROUTES_', 'OPERATION_', 'DURATION_', 'GATEWAY_CONFIG_', 'LISTEN_ADDRESS_'],
  ...['AUTHENTICATOR_MISSING', 'HOOK_MUST_BE_SYNC', 'MODULE_CONFIG_'],
]

/** Whether an error of a hook would come in a started host, too. */
export function isFoundByLooking(error: unknown): boolean {
  const code = HostError.find(error)?.code
  return code !== undefined && FOUND_BY_LOOKING.some((beginning) => code.startsWith(beginning))
}

function innermost(error: unknown): unknown {
  let inner = error
  for (let depth = 0; depth < 16 && isErrorLike(inner); depth++) {
    const cause = read(inner, 'cause')
    if (!isErrorLike(cause)) return inner
    inner = cause
  }
  return inner
}

function textOf(value: object, key: string): string | undefined {
  const text = read(value, key)
  return typeof text === 'string' ? text : undefined
}
