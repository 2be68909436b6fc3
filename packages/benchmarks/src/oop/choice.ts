import { UsageError } from '../bench.js'

const partNames = ['start', 'call'] as const

/** What the bench can measure. */
export type PartName = (typeof partNames)[number]

/**
 * Both parts, unless one is named.
 *
 * @throws UsageError for a name that is none
 */
export function oopPartsOf(only: readonly string[] = []): readonly PartName[] {
  const unknown = only.filter((name) => !partNames.some((part) => part === name))
  if (unknown.length > 0) throw new UsageError(`--only knows ${partNames.join(', ')}, and not ${unknown.join(', ')}.`)
  const named = partNames.filter((part) => only.includes(part))
  return named.length > 0 ? named : partNames
}
