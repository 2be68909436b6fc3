import type { LoadProcess } from './load/load.js'
import { withSubjects, type RestSubject } from './running-subject.js'
import { workloads, type WorkloadName } from './workloads.js'

export interface ProfileOptions {
  readonly load: LoadProcess
  readonly durationMs: number
}

/** Prints the functions in which each subject spends its time, workload by workload. */
export async function printProfiles(
  { subjects, chosen }: { readonly subjects: readonly RestSubject[]; readonly chosen: readonly WorkloadName[] },
  { load, durationMs }: ProfileOptions,
  print: (text: string) => void,
): Promise<void> {
  await withSubjects(subjects, async (running) => {
    for (const subject of running) {
      for (const workload of chosen) {
        const run = (): Promise<unknown> => load.full({ port: subject.port, workload, durationMs })
        await run()
        const selfTimes = await subject.selfTimesDuring(run)
        print(`\n${subject.name}, ${workloads[workload].title}: self time`)
        for (const { where, share } of selfTimes) print(`  ${(share * 100).toFixed(1).padStart(5)} %  ${where}`)
      }
    }
  })
}
