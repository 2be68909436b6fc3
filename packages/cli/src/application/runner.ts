import { HostError } from '@modkit/core'
import { scriptRunner, type ScriptRunner } from '@modkit/core/spi'

/** How an entry is run: `node ARGS entry`. One that the settings say has the name `configured`. */
export type Runner = ScriptRunner

export interface RunnerQuestion {
  readonly directory: string
  readonly entry: string
  /** What the settings say. */
  readonly node?: readonly string[]
}

/**
 * How Node runs an entry: as it is, or through what the application has to compile TypeScript.
 *
 * @throws HostError `APP_RUNNER_MISSING`
 */
export function runnerOf({ directory, entry, node }: RunnerQuestion): Runner {
  if (node) return { name: 'configured', args: node }
  const runner = scriptRunner(entry, directory)
  if (!runner) throw new HostError('APP_RUNNER_MISSING', { entry, node: process.version })
  return runner
}

/** The command as a person would type it. */
export function commandOf(args: readonly string[]): string {
  return ['node', ...args].map((arg) => (/^[\w./:=@%+,-]+$/.test(arg) ? arg : `'${arg}'`)).join(' ')
}
