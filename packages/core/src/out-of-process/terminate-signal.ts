import type { ChildProcess } from 'node:child_process'

/** The largest process id that the platform's calls take; and 1, negated, would address every process there is. */
const MAX_PID = 2 ** 31 - 1

/** Windows has neither a signal that a console program could handle nor process groups to send one to. */
export const hasSignals = process.platform !== 'win32'

/**
 * Asks a child to end, with SIGTERM. Says whether it was asked: false for one that never ran or has exited, where
 * the signal cannot be delivered, and always on Windows, which has no such signal.
 */
export function sendTerminateSignal(child: ChildProcess): boolean {
  if (!hasSignals || hasExited(child) || !isSignallablePid(child.pid)) return false
  return deliver(child.pid, 'SIGTERM')
}

/** Whether the exit of the child has been observed. From then on its process id may belong to somebody else. */
export function hasExited(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}

/** Whether a number names one process: 0 and the negative ones address groups, 1 is the machine's own. */
export function isSignallablePid(pid: number | undefined): pid is number {
  return pid !== undefined && Number.isInteger(pid) && pid > 1 && pid <= MAX_PID
}

/** @returns whether there was somebody to take the signal; 0 only asks. A negative `pid` is a process group. */
export function deliver(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal)
  } catch {
    // ESRCH: it is gone. EPERM: it is not ours to signal. Both mean that the signal did not arrive.
    return false
  }
}
