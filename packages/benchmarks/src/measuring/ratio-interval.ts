/** Between which values a ratio lies. */
export interface Interval {
  readonly low: number
  readonly high: number
}

const RESAMPLES = 2_000
/** 95 of a hundred lie between them. */
const CERTAINTY = { low: 0.025, high: 0.975 }

/**
 * Between which values the ratio of a statistic of two sets of figures lies with 95 % certainty, by the percentile bootstrap: of
 * sets drawn from these with replacement, as many figures each.
 */
export function ratioInterval(
  { of, to }: { readonly of: readonly number[]; readonly to: readonly number[] },
  statistic: (figures: readonly number[]) => number,
  random: () => number = Math.random,
): Interval {
  const drawn = (figures: readonly number[]): readonly number[] =>
    figures.map(() => figures[Math.floor(random() * figures.length)] ?? NaN)
  const ratios = Array.from({ length: RESAMPLES }, () => statistic(drawn(of)) / statistic(drawn(to)))
  ratios.sort((a, b) => a - b)
  const at = (part: number): number => ratios[Math.floor(part * RESAMPLES)] ?? NaN
  return { low: at(CERTAINTY.low), high: at(CERTAINTY.high) }
}
