import { median } from './median.js'

/** Between which values something lies. */
export interface Interval {
  readonly low: number
  readonly high: number
}

const RESAMPLES = 2_000
/** 95 of a hundred lie between them. */
const CERTAINTY = { low: 0.025, high: 0.975 }

/**
 * Between which values the median lies with 95 % certainty, by the percentile bootstrap: of sets drawn from the figures with
 * replacement, as many each.
 */
export function medianInterval(figures: readonly number[], random: () => number = Math.random): Interval {
  const drawn = (): readonly number[] => figures.map(() => figures[Math.floor(random() * figures.length)] ?? NaN)
  const medians = Array.from({ length: RESAMPLES }, () => median(drawn())).sort((a, b) => a - b)
  const at = (part: number): number => medians[Math.floor(part * RESAMPLES)] ?? NaN
  return { low: at(CERTAINTY.low), high: at(CERTAINTY.high) }
}
