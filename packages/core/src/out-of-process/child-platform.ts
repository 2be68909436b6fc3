import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'

// What the platforms do differently. Windows has neither a signal that a console program could handle nor process groups to
// send one to: there a child is told to end by the end of its stdin alone, and what it has started itself is not found.

export const hasSignals = process.platform !== 'win32'

/** How a child is spawned so that {@link signalGroup} reaches all of its family: at the head of a process group of its own. */
export const spawnOptions = { detached: hasSignals, windowsHide: true } as const

/** The largest process id that the platform's calls take; and 1, negated, would address every process there is. */
const MAX_PID = 2 ** 31 - 1

/** Whether a number names one process: 0 and the negative ones address groups, 1 is the machine's own. */
export function isSignallablePid(pid: number | undefined): pid is number {
  return pid !== undefined && Number.isInteger(pid) && pid > 1 && pid <= MAX_PID
}

/** Whether the exit of the child has been observed. From then on its process id may belong to somebody else. */
export function hasExited(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}

/**
 * Sends a signal to the group that a child leads; on Windows to the child alone, and only one that ends it by force.
 *
 * @returns whether there was somebody to take the signal; 0 only asks
 */
export function signalGroup(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL' | 0): boolean {
  if (hasSignals) return isSignallablePid(child.pid) && deliver(-child.pid, signal)
  if (signal === 0) return !hasExited(child)
  return signal === 'SIGKILL' && child.kill(signal)
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

/** How much memory a process holds and has held at most, in bytes; `undefined` where the platform does not say: only Linux does. */
export function memoryOf(pid: number | undefined): { readonly bytes: number; readonly peakBytes: number } | undefined {
  if (process.platform !== 'linux' || !isSignallablePid(pid)) return undefined
  try {
    const status = readFileSync(`/proc/${String(pid)}/status`, 'latin1')
    const bytes = (field: string): number =>
      Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1_024
    const memory = { bytes: bytes('VmRSS'), peakBytes: bytes('VmHWM') }
    // A process that has ended and that nobody has asked about yet has none.
    return Number.isNaN(memory.bytes) ? undefined : memory
  } catch {
    // It has just ended.
    return undefined
  }
}
