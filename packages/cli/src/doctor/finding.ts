/** What one examination found. */
export interface Finding {
  /** What was examined. */
  readonly check: 'node' | 'application' | 'packages' | 'compiler' | 'ports'
  readonly status: 'ok' | 'warning' | 'problem'
  readonly message: string
  /** What to do about it; starts with a verb. */
  readonly hint?: string
}
