import { Session, type Profiler } from 'node:inspector/promises'

/** How much of its time a program spends in one function itself, callees not counted. */
export interface SelfTime {
  /** Its name, file and line. */
  readonly where: string
  readonly share: number
}

const MOST = 40

/** Watches what this process computes; what is returned ends that, and says where the time went, most first. */
export async function watchSelfTimes(): Promise<() => Promise<readonly SelfTime[]>> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: 200 })
  await session.post('Profiler.start')
  return async () => {
    const { profile } = await session.post('Profiler.stop')
    session.disconnect()
    return selfTimes(profile)
  }
}

/** The shares of all functions of a profile, most first. Time in which nothing of its own ran is not counted. */
export function selfTimes({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): readonly SelfTime[] {
  const places = new Map(nodes.map(({ id, callFrame }) => [id, whereOf(callFrame)]))
  const micros = new Map<string, number>()
  samples.forEach((id, index) => {
    const where = places.get(id)
    if (where === undefined || NOT_ITS_WORK.includes(where)) return
    micros.set(where, (micros.get(where) ?? 0) + (timeDeltas[index] ?? 0))
  })
  const total = [...micros.values()].reduce((sum, time) => sum + time, 0)
  return [...micros]
    .sort(([, a], [, b]) => b - a)
    .slice(0, MOST)
    .map(([where, time]) => ({ where, share: time / total }))
}

/** Nothing, and the beginning and the end of the watch itself. */
const NOT_ITS_WORK = ['(idle)', 'dispatch']

function whereOf({ functionName, url, lineNumber }: Profiler.Profile['nodes'][number]['callFrame']): string {
  const name = functionName || '(anonymous)'
  const file = url.split('/').slice(-3).join('/')
  return file === '' ? name : `${name} ${file}:${String(lineNumber + 1)}`
}
