import { UsageError } from '../bench.js'
import { workloadNames, type WorkloadName } from './workloads.js'

export const wayNames = ['tcp', 'unix'] as const

/** How the two processes of a subject are connected. */
export type WayName = (typeof wayNames)[number]

/** What a run of the bench consists of. */
export interface GrpcChoice {
  readonly ways: readonly WayName[]
  readonly workloads: readonly WorkloadName[]
  /** Whether functions are watched in place of measuring. */
  readonly profile: boolean
}

/**
 * Everything is measured, unless names are given: those of ways leave out the other way, those of workloads the others.
 *
 * @throws UsageError for a name that is none
 */
export function grpcChoiceOf(only: readonly string[] = []): GrpcChoice {
  const known: readonly string[] = [...wayNames, ...workloadNames, 'profile']
  const unknown = only.filter((name) => !known.includes(name))
  if (unknown.length > 0) throw new UsageError(`--only knows ${known.join(', ')}, and not ${unknown.join(', ')}.`)
  const namedOf = <T extends string>(all: readonly T[]): readonly T[] => {
    const named = all.filter((name) => only.includes(name))
    return named.length > 0 ? named : all
  }
  return { ways: namedOf(wayNames), workloads: namedOf(workloadNames), profile: only.includes('profile') }
}
