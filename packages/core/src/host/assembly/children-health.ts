import type { NamedModuleHealth } from '../../context/host-status.js'
import type { ChildReport } from '../../out-of-process/supervisor/child-report.js'

/**
 * How modules are that run in processes of their own: `ok` while all of their processes can be called. Never `down`: calls wait for
 * those that are starting, and what was given up degrades the host without ending it.
 *
 * @param provides whether a module provides a client: its processes are there to be called, and are missed however they left
 */
export function childrenHealth(
  children: readonly ChildReport[],
  provides: (module: string) => boolean,
): readonly NamedModuleHealth[] {
  const byModule = new Map<string, ChildReport[]>()
  for (const child of children) byModule.set(child.module, [...(byModule.get(child.module) ?? []), child])
  return [...byModule].map(([module, processes]) => {
    // One that has done its work and left is not missed.
    const missed = processes.filter(
      ({ state, reason }) => state !== 'ready' && (provides(module) || !(state === 'exited' && reason === FINISHED)),
    )
    const [first] = missed
    if (!first) return { module, status: 'ok' }
    const why = first.reason === undefined ? first.state : `${first.state}, ${first.reason}`
    return {
      module,
      status: 'degraded',
      detail: `${String(missed.length)} of ${String(processes.length)} processes: ${why}`,
    }
  })
}

/** As a report names an end that is none of a failure. */
const FINISHED = 'exit code 0'
