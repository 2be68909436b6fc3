import { fstatSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { deliver } from './child-platform.js'
import { lifeLineWorkerSource } from './life-line-worker.js'
import { oopVariables } from './oop-environment.js'
import { atProcessExit } from './process-exit.js'

/** How long a child may take to leave by itself when its host is gone; with what came before it is less than two seconds. */
const LEAVE_MS = 1_200

const STANDARD_INPUT = 0

/** Who is told, in every host of this process. */
const listeners = new Set<() => void>()
let worker: Worker | undefined

export interface LifeLineOptions {
  /** Called once the host of this child is gone. What it does not manage to end in time is ended by force. */
  readonly onHostGone: () => void
  /** Called when there is no thread to hold the line; then this process may outlive its host. */
  readonly onUnavailable: (error: unknown) => void
}

/**
 * In the child of a host: notices when the host is gone, however that happened, also while the event loop is blocked. The host
 * holds the other end of this process's standard input, and that ends with the host. A child that has not left within
 * {@link LEAVE_MS} is killed with its whole process group, and so is what it leaves behind when it does leave.
 *
 * Does nothing in a process that is no such child. Returns what takes the listener back; the line itself is held for as long
 * as the process lives.
 */
export function holdLifeLine({ onHostGone, onUnavailable }: LifeLineOptions): () => void {
  if (!isChildOfHost()) return () => undefined
  listeners.add(onHostGone)
  try {
    worker ??= startWorker(onUnavailable)
  } catch (error) {
    onUnavailable(error)
  }
  return () => {
    listeners.delete(onHostGone)
  }
}

/** Only a pipe is held by a host: a terminal or /dev/null says nothing about anybody. */
function isChildOfHost(): boolean {
  if (process.env[oopVariables.module] === undefined) return false
  try {
    const input = fstatSync(STANDARD_INPUT)
    return input.isFIFO() || input.isSocket()
  } catch {
    // It is closed, and can tell nothing.
    return false
  }
}

function startWorker(onUnavailable: (error: unknown) => void): Worker {
  const options = { eval: true, execArgv: [], stdout: true, stderr: true, workerData: { graceMs: LEAVE_MS } }
  const started = new Worker(lifeLineWorkerSource, options)
  started.on('message', leave)
  started.on('error', onUnavailable)
  started.unref()
  return started
}

function leave(): void {
  // The last thing that this process does, for it is of the group too.
  atProcessExit(() => void deliver(-process.pid, 'SIGKILL'))
  for (const listener of [...listeners]) listener()
}
