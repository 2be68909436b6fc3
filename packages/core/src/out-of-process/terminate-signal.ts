import type { ChildProcess } from 'node:child_process'
import { deliver, hasExited, hasSignals, isSignallablePid } from './child-platform.js'

/**
 * Asks a child to end, with SIGTERM. Says whether it was asked: false for one that never ran or has exited, where
 * the signal cannot be delivered, and always on Windows, which has no such signal.
 */
export function sendTerminateSignal(child: ChildProcess): boolean {
  if (!hasSignals || hasExited(child) || !isSignallablePid(child.pid)) return false
  return deliver(child.pid, 'SIGTERM')
}
