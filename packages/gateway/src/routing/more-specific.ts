import type { PathTemplate } from '@modkit/core/spi'
import type { Found } from './route-tree.js'

/** How much a segment says of what it takes. */
const WEIGHTS = { literal: 2, parameter: 1, rest: 0 } as const

/** Of two that the same request leads to the one whose path says more of it; the first, where both say as much. */
export function moreSpecific(first: Found, second: Found): Found {
  if (first?.kind !== 'route' || second?.kind !== 'route') return first ?? second
  return saysMore(second.path, first.path) ? second : first
}

/** What differs first decides. */
function saysMore({ segments }: PathTemplate, than: PathTemplate): boolean {
  for (const [index, { kind }] of segments.entries()) {
    const other = than.segments[index]
    if (other !== undefined && kind !== other.kind) return WEIGHTS[kind] > WEIGHTS[other.kind]
  }
  return false
}
