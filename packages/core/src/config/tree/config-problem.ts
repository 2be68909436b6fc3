import { HostError } from '../../errors/host-error.js'

/** What is wrong with one value. */
export interface ConfigComplaint {
  readonly path: string
  /** The rest of a sentence that begins with the path: `must be a text`. */
  readonly reason: string
  readonly origin: string
  readonly suggestions?: readonly string[]
  /** The modules that there are, where the problem is the name of one. */
  readonly modules?: readonly string[]
  /** What to do, where there is something better to say than to correct the value. */
  readonly remedy?: string
  readonly cause?: unknown
}

export function configProblem(complaint: ConfigComplaint): HostError {
  const { cause, suggestions = [], ...rest } = complaint
  return new HostError('CONFIG_VALUE_INVALID', { ...rest, suggestions }, cause === undefined ? {} : { cause })
}

/** @throws HostError `CONFIG_INVALID` with all problems, where there are any */
export function throwProblems(problems: readonly HostError[]): void {
  if (problems.length > 0) throw new HostError('CONFIG_INVALID', { problems })
}
