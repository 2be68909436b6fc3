/** What a matcher tells its runner. */
export interface MatcherResult {
  readonly pass: boolean
  /** Why it failed; of a matcher that was negated, why it passed. */
  readonly message: () => string
}
