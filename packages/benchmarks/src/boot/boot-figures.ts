/** What a boot subject finds out about one start of an application of N modules. */
export interface BootFigures {
  /** From the first line of the program to the framework being there. */
  readonly importMs: number
  /** Making the N modules' classes and declaring them. */
  readonly declareMs: number
  /** From the modules to an application that has started. */
  readonly startMs: number
  readonly stopMs: number
  /** What the modules and the started application hold, after a collection. */
  readonly heapBytes: number
  /** The most memory the process had when it had started. */
  readonly peakBytes: number
}

export type BootFigure = keyof BootFigures
