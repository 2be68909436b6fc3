import { cpuMillisecondsOf } from '../measuring/cpu-of.js'

/** What a parent says of children that it has started side by side. */
export interface StartFigures {
  /** From before the first was spawned until the last was ready. */
  readonly readyMs: number
  /** What each of the children has computed by then, on average. */
  readonly cpuMsEach: number
}

/** What children have computed on average. */
export function cpuMsOfEach(pids: readonly (number | undefined)[]): number {
  const figures = pids.map((pid = NaN) => cpuMillisecondsOf(pid))
  return figures.reduce((sum, figure) => sum + figure, 0) / figures.length
}
