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

/** Those of these processes that run. */
export async function running(pids: readonly number[]): Promise<readonly number[]> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'pid=,stat=', '-p', pids.join(',')])
    const states = stdout.trim().split('\n')
    return states.filter((state) => !state.includes(' Z')).map((state) => Number.parseInt(state))
  } catch {
    // ps fails when there is none of them.
    return []
  }
}

/** How long the system may take to end what has been told to end. */
const END_MS = 15_000

/** Resolves when all of these processes have ended. */
export async function allEnded(pids: readonly number[]): Promise<void> {
  await timeToEnd(pids, END_MS)
}

/** How many milliseconds it takes until none of these processes runs. */
export async function timeToEnd(pids: readonly number[], limitMs = 30_000): Promise<number> {
  const startedAt = performance.now()
  for (let left = pids; left.length > 0; left = await running(left)) {
    if (performance.now() - startedAt > limitMs) throw new Error(`These processes have not ended: ${left.join(', ')}`)
  }
  return performance.now() - startedAt
}
