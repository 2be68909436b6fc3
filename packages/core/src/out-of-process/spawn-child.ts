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
  const child = spawn(binary, args, { env, cwd, stdio: 'pipe', detached: hasSignals, windowsHide: true })
  const { stdin }: ChildProcess = child // without pipes, whatever its type says, at the limit of open files
  // A child that does not read its stdin, or closes it, is free to do so.
  stdin?.on('error', () => undefined)
  // Whether it ran is seen from its pid, and its end from its exit; an error without a listener would end this process.
  child.on('error', () => undefined)
  return child
}

/** Why a child that has no `pid` did not start. */
export async function spawnError(child: ChildProcessWithoutNullStreams): Promise<unknown> {
  const [error] = (await once(child, 'error')) as unknown[]
  const { stdin, stdout, stderr }: ChildProcess = child
  for (const stream of [stdin, stdout, stderr]) stream?.destroy()
  return error
}
