/** The figure that so many per cent do not exceed, by the nearest rank. */
export function percentile(figures: Iterable<number>, percent: number): number {
  const sorted = Float64Array.from(figures).sort()
  const figure = sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)]
  if (figure === undefined) throw new RangeError('There is no percentile of nothing.')
  return figure
}
