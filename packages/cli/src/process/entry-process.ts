import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { constants } from 'node:os'
import { relative } from 'node:path'
import { HostError } from '@modkit/core'
import type { Application } from '../application/find-application.js'
import { SIGNAL_BASE } from '../command-line/exit-codes.js'

export interface EntryOptions {
  /** What the entry finds behind itself in `process.argv`. */
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  /** The signals that end the command; each is passed on, see {@link passOn}. */
  readonly signal: AbortSignal
}

/** The application in a process of its own, on the terminal of this one. */
export interface EntryProcess {
  readonly pid: number | undefined
  /** Resolves with its exit code once it is gone; 128 and the number of a signal that ended it. */
  readonly ended: Promise<number>
  kill(signal: NodeJS.Signals): void
}

/** What Node is called with. */
export function entryArgs({ runner, entry, directory }: Application, args: readonly string[]): readonly string[] {
  return [...runner.args, relative(directory, entry), ...args]
}

export function startEntry(app: Application, { args, env, signal }: EntryOptions): EntryProcess {
  const child = spawn(process.execPath, entryArgs(app, args), { cwd: app.directory, env, stdio: 'inherit' })
  const onAbort = (): void => passOn(signal.reason, (name) => child.kill(name))
  signal.addEventListener('abort', onAbort, { once: true })
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', (error) => {
      const details = { entry: app.entry, runner: app.runner.name, reason: error.message }
      reject(new HostError('APP_ENTRY_FAILED', details, { cause: error }))
    })
    child.once('exit', (code, killedBy) => {
      signal.removeEventListener('abort', onAbort)
      resolve(code ?? SIGNAL_BASE + (killedBy ? constants.signals[killedBy] : 0))
    })
  })
  return { pid: child.pid, ended, kill: (name) => void child.kill(name) }
}

/**
 * Passes a signal on to the application. What a person types on a terminal, the terminal sends to both of us: a second one
 * would end the application at once.
 */
function passOn(reason: unknown, send: (signal: NodeJS.Signals) => void): void {
  const name: NodeJS.Signals = reason === 'SIGINT' || reason === 'SIGHUP' ? reason : 'SIGTERM'
  if (name !== 'SIGTERM' && hasTerminal()) return
  send(name)
}

/** Whether this process belongs to a terminal, wherever its streams lead. */
function hasTerminal(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r'))
    return true
  } catch {
    // Without a terminal the device cannot be opened.
    return false
  }
}
