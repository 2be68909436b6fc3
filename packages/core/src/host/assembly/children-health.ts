import type { NamedModuleHealth } from '../../context/host-status.js'
import type { ChildReport } from '../../out-of-process/supervisor/child-report.js'

/**
 * How modules are that run in processes of their own: `ok` while all of their processes can be called and say nothing else, `down`
 * where all of them say so. What is away is not `down`: calls wait for those that are starting, and what was given up degrades the
 * host without ending it.
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
    const troubles = processes.flatMap((child) => troubleOf(child, provides(module)) ?? [])
    const [first] = troubles
    if (!first) return { module, status: 'ok' }
    const isDown = troubles.filter(({ status }) => status === 'down').length === processes.length
    const detail = `${String(troubles.length)} of ${String(processes.length)} processes: ${first.why}`
    return { module, status: isDown ? 'down' : 'degraded', detail }
  })
}

interface Trouble {
  readonly status: 'degraded' | 'down'
  readonly why: string
}

/** @param isCalled whether it is there to be called */
function troubleOf({ state, reason, instance }: ChildReport, isCalled: boolean): Trouble | undefined {
  if (state === 'ready') {
    const { status = 'ok', detail } = instance?.health ?? {}
    return status === 'ok' ? undefined : { status, why: withReason(`it says ${status}`, detail) }
  }
  // One that has done its work and left is not missed.
  if (!isCalled && state === 'exited' && reason === FINISHED) return undefined
  return { status: 'degraded', why: withReason(state, reason) }
}

function withReason(what: string, reason: string | undefined): string {
  return reason === undefined ? what : `${what}, ${reason}`
}

/** As a report names an end that is none of a failure. */
const FINISHED = 'exit code 0'
