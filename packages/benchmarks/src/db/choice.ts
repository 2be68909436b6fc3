import { UsageError } from '../bench.js'
import { engineNames, type EngineName } from './places/engine-names.js'
import { operationNames, type OperationName } from './operations.js'

/** What a run of the bench consists of. */
export interface DbChoice {
  readonly engines: readonly EngineName[]
  readonly operations: readonly OperationName[]
  /** Whether functions are watched in place of measuring. */
  readonly profile: boolean
}

/**
 * Everything is measured, unless names are given: those of engines leave out the other engines, those of operations the
 * others.
 *
 * @throws UsageError for a name that is none
 */
export function dbChoiceOf(only: readonly string[] = []): DbChoice {
  const known: readonly string[] = [...engineNames, ...operationNames, 'profile']
  const unknown = only.filter((name) => !known.includes(name))
  if (unknown.length > 0) throw new UsageError(`--only knows ${known.join(', ')}, and not ${unknown.join(', ')}.`)
  return {
    engines: namedOf(engineNames, only),
    operations: namedOf(operationNames, only),
    profile: only.includes('profile'),
  }
}

function namedOf<T extends string>(all: readonly T[], only: readonly string[]): readonly T[] {
  const named = all.filter((name) => only.includes(name))
  return named.length > 0 ? named : all
}
