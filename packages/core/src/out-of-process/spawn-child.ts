import { spawn, type ChildProcess, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { hasSignals } from './terminate-signal.js'

export interface ChildCommand {
  readonly binary: string
  readonly args: readonly string[]
  /** The whole environment of the child. */
  readonly env: Readonly<Record<string, string>>
  /** Default the current directory. */
  readonly cwd: string | undefined
}

/**
 * Starts a child, without a shell, at the head of a process group of its own. It runs when this returns, or never will:
 * then it has no `pid`, and {@link spawnError} says why.
 *
 * Its stdin is a pipe that this process holds open and never writes to: it ends when this process does, however that
 * happens, and so tells the child.
 *
 * @throws what the platform says about a command that it cannot even try
 */
export function spawnChild({ binary, args, env, cwd }: ChildCommand): ChildProcessWithoutNullStreams {
  const child: ChildProcess = spawn(binary, args, { env, cwd, stdio: 'pipe', detached: hasSignals, windowsHide: true })
  // A child that does not read its stdin, or closes it, is free to do so.
  child.stdin?.on('error', () => undefined)
  // Whether it ran is seen from its pid, and its end from its exit; an error without a listener would end this process.
  child.on('error', () => undefined)
  // A child that runs has all three pipes. Only one that failed at the limit of open files has none.
  return child as ChildProcessWithoutNullStreams
}

/** Why a child that has no `pid` did not start. */
export async function spawnError(child: ChildProcess): Promise<unknown> {
  const [error] = (await once(child, 'error')) as unknown[]
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy()
  return error
}
