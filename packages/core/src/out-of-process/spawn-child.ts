import { spawn, type ChildProcess, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { spawnOptions } from './child-platform.js'

export interface ChildCommand {
  readonly binary: string
  readonly args: readonly string[]
  /** The whole environment of the child. */
  readonly env: Readonly<Record<string, string>>
  /** Default the current directory. */
  readonly cwd: string | undefined
  /** What the child can read from {@link INPUT_DESCRIPTOR}; without it there is nothing behind that number. */
  readonly input?: string | undefined
}

/** The first number that is none of the standard streams. */
export const INPUT_DESCRIPTOR = 3

/** A child that runs: it has its three standard streams, and one more where it has an input. */
export type SpawnedChild = ChildProcessWithoutNullStreams

/**
 * Starts a child, without a shell, at the head of a process group of its own. It runs when this returns, or never will:
 * then it has no `pid`, and {@link spawnError} says why.
 *
 * Its stdin is a pipe that this process holds open and never writes to: it ends when this process does, however that
 * happens, and so tells the child.
 *
 * @throws what the platform says about a command that it cannot even try
 */
export function spawnChild({ binary, args, env, cwd, input }: ChildCommand): SpawnedChild {
  const stdio: 'pipe'[] = ['pipe', 'pipe', 'pipe', ...(input === undefined ? [] : (['pipe'] as const))]
  const child: ChildProcess = spawn(binary, args, { env, cwd, stdio, ...spawnOptions })
  // A child that does not read its stdin, or closes it, is free to do so.
  child.stdin?.on('error', () => undefined)
  // Whether it ran is seen from its pid, and its end from its exit; an error without a listener would end this process.
  child.on('error', () => undefined)
  if (input !== undefined) offerInput(child, input)
  // A child that runs has all of its pipes. Only one that failed at the limit of open files has none.
  return child as SpawnedChild
}

function offerInput(child: ChildProcess, input: string): void {
  // Node makes a socket of it, which both sides can write to.
  const stream = (child as Partial<ChildProcess>).stdio?.[INPUT_DESCRIPTOR] as (Readable & Writable) | null | undefined
  // A child that does not read it is free not to.
  stream?.on('error', () => undefined)
  stream?.end(input)
}

/** Why a child that has no `pid` did not start. */
export async function spawnError(child: ChildProcess): Promise<unknown> {
  const [error] = (await once(child, 'error')) as unknown[]
  // At the limit of open files there are no streams at all, whatever the type says.
  for (const stream of (child as Partial<ChildProcess>).stdio ?? []) stream?.destroy()
  return error
}
