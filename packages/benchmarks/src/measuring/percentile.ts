/** The figure that so many per cent do not exceed, by the nearest rank. */
export function percentile(figures: Iterable<number>, percent: number): number {
  const sorted = Float64Array.from(figures).sort()
  // 99.9 % of 1,000 are 999, which a processor finds to be a little more.
  const rank = Math.ceil((percent / 100) * sorted.length - 1e-9)
  const figure = sorted[Math.max(0, rank - 1)]
  if (figure === undefined) throw new RangeError('There is no percentile of nothing.')
  return figure
}
