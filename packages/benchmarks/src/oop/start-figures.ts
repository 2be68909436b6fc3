/** What a parent says of children that it has started side by side. */
export interface StartFigures {
  /** From before the first was spawned until the last was ready. */
  readonly readyMs: number
}
