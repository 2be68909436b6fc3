/** What a bench may be told on the command line. */
export interface BenchOptions {
  /** How often each subject is measured; the median counts. */
  readonly rounds: number
  /** How many modules, for benches that go by it; each bench has a list of its own. */
  readonly sizes: readonly number[] | undefined
  /** How long each measured window of load lasts, for benches that have such. */
  readonly seconds: number
  /** Which subjects and parts are measured, for benches that can leave some out; all without it. */
  readonly only: readonly string[] | undefined
}

/** Something is wrong with the command line; the message is for whoever typed it. */
export class UsageError extends Error {}

/** A bar that the design sets, and whether this run cleared it. */
export interface Bar {
  readonly text: string
  readonly value: number
  readonly limit: number
  /** Which side of the limit is the good one. Default `at most`. */
  readonly bound?: 'at most' | 'at least'
}

export function isCleared({ value, limit, bound = 'at most' }: Bar): boolean {
  return bound === 'at most' ? value <= limit : value >= limit
}

/** A comparison that can be run by its name. */
export interface Bench {
  readonly name: string
  /** In one line, what is compared. */
  readonly about: string
  /**
   * Measures, prints raw figures and medians as it goes, and answers with the bars.
   *
   * @throws UsageError for names that it does not have
   */
  run(options: BenchOptions, print: (text: string) => void): Promise<readonly Bar[]>
}
