/**
 * The same items in the order of one turn out of a series. Over a series of as many turns as there are items (twice as many for an
 * odd number of them) each has every place as often as the others, and follows each of the others equally often: what a
 * subject is measured at depends on who had the caches before. Williams, "Experimental designs balanced for the estimation of
 * residual effects of treatments", 1949.
 */
export function balancedOrder<T>(items: readonly T[], turn: number): readonly T[] {
  const count = items.length
  const order = items.flatMap((_, place) => items[(fromBothEnds(place, count) + turn) % count] ?? [])
  const isMirrored = count % 2 === 1 && Math.floor(turn / count) % 2 === 1
  return isMirrored ? order.reverse() : order
}

/** 0, the last, 1, the last but one, 2 and so on: round a circle, the steps from one to the next are all different. */
function fromBothEnds(place: number, count: number): number {
  const steps = Math.ceil(place / 2)
  return place % 2 === 0 ? steps : count - steps
}
