import { execFile } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Server and client get a core each, and stay there. */
export const CORES = { server: 0, client: 1 }

/**
 * Keeps all threads of a process to one core, counted from 0, so that the system does not move it while it is measured: what a
 * move costs is hundreds of answers that come milliseconds late. Does nothing where there is no second core for the others, or
 * no `taskset`, which is Linux's.
 */
export async function keepToCore(pid: number, core: number): Promise<void> {
  if (availableParallelism() < 2) return
  try {
    await run('taskset', ['-a', '-c', '-p', String(core), String(pid)])
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}
