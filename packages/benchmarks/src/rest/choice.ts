import { UsageError } from '../bench.js'
import { subjectNames, type SubjectName } from './rest-subjects.js'
import { workloadNames, type WorkloadName } from './workloads.js'

const furtherParts = ['latency', 'sizes', 'profile'] as const

export type FurtherPart = (typeof furtherParts)[number]

/** What a run of the bench consists of. */
export interface Choice {
  readonly subjects: readonly SubjectName[]
  /** Whose throughput is measured. */
  readonly workloads: readonly WorkloadName[]
  readonly parts: readonly FurtherPart[]
  /** What is profiled, if anything is. */
  readonly profiled: readonly WorkloadName[]
}

/**
 * Everything but profiles, unless names are given; of these, those of subjects leave out the other subjects, and those of
 * workloads and further parts leave out the others.
 *
 * @throws UsageError for a name that is none
 */
export function choiceOf(only: readonly string[] = []): Choice {
  const known: readonly string[] = [...subjectNames, ...workloadNames, ...furtherParts]
  const unknown = only.filter((name) => !known.includes(name))
  if (unknown.length > 0) throw new UsageError(`--only knows ${known.join(', ')}, and not ${unknown.join(', ')}.`)
  const subjects = subjectNames.filter((name) => only.includes(name))
  const workloads = workloadNames.filter((name) => only.includes(name))
  const parts = furtherParts.filter((name) => only.includes(name))
  const isWhole = workloads.length + parts.length === 0
  return {
    subjects: subjects.length > 0 ? subjects : subjectNames,
    workloads: isWhole ? workloadNames : workloads,
    parts: isWhole ? wholeOf(subjects) : parts,
    profiled: workloads.length > 0 ? workloads : workloadNames,
  }
}

/** The parts that belong to a run of these subjects. */
function wholeOf(subjects: readonly SubjectName[]): readonly FurtherPart[] {
  return subjects.length === 0 ? ['latency', 'sizes'] : []
}
