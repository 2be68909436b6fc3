import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** Whether a process runs. One that has ended but that nobody has asked about yet does not. */
export async function isRunning(pid: number): Promise<boolean> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'stat=', '-p', String(pid)])
    return !stdout.trim().startsWith('Z')
  } catch {
    // ps fails when there is no such process.
    return false
  }
}

/** Resolves when the process has ended; the time limit of the test bounds it. */
export async function ended(pid: number): Promise<void> {
  while (await isRunning(pid));
}
