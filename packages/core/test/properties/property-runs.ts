/** What `fc.assert` is told. */
export interface PropertyRuns {
  readonly numRuns: number
  readonly seed?: number
  readonly path?: string
  readonly endOnFailure?: boolean
}

/**
 * How often a property is tried: the short form in a test run, the long form under `MODKIT_SOAK=1`.
 *
 * A failure prints a seed and a path. The same case, shrunk, comes again with
 * `MODKIT_SEED=… MODKIT_PATH=… npm test -- name-of-the-file`; with the seed alone, the whole run does.
 */
export function propertyRuns(short: number, long: number): PropertyRuns {
  const seed = process.env['MODKIT_SEED']
  const path = process.env['MODKIT_PATH']
  return {
    numRuns: process.env['MODKIT_SOAK'] === '1' ? long : short,
    ...(seed !== undefined && { seed: Number(seed) }),
    ...(path !== undefined && { path, endOnFailure: true }),
  }
}

/** What the long form may take at most, in real milliseconds; the short form has the limit of every test. */
export const LONG_FORM_MS = 600_000
