/** What a bench may be told on the command line. */
export interface BenchOptions {
  /** How often each subject is measured; the median counts. */
  readonly rounds: number
  /** How many modules, for benches that go by it; each bench has a list of its own. */
  readonly sizes: readonly number[] | undefined
}

/** A bar that the design sets, and whether this run cleared it. */
export interface Bar {
  readonly text: string
  readonly value: number
  readonly limit: number
}

/** A comparison that can be run by its name. */
export interface Bench {
  readonly name: string
  /** In one line, what is compared. */
  readonly about: string
  /** Measures, prints raw figures and medians as it goes, and answers with the bars. */
  run(options: BenchOptions, print: (text: string) => void): Promise<readonly Bar[]>
}
