import { deepEqual } from 'node:assert/strict'
import { createInterface } from 'node:readline'
import { percentile } from '../../measuring/percentile.js'
import { watchSelfTimes, type SelfTime } from '../../measuring/self-times.js'
import { tell } from '../../measuring/subject-process.js'
import { accountOf, ACCOUNTS } from '../accounts.js'
import type { Account } from '../accounts.grpc.js'
import { STREAMED, workloadOf, type WorkloadName } from '../workloads.js'

/** What a caller is asked: to call for so long, or so often. */
export interface GrpcQuestion {
  readonly workload: WorkloadName
  readonly seconds?: number
  readonly calls?: number
  /** Whether to say in which functions the time goes. */
  readonly watch?: boolean
}

export interface GrpcAnswer {
  readonly calls: number
  readonly callsPerSecond: number
  readonly p50Micros: number
  readonly p99Micros: number
  /** What the caller's program itself computed for each call. */
  readonly cpuMicrosEach: number
  readonly selfTimes?: readonly SelfTime[]
}

/** The same calls, as each subject makes them. */
export interface AccountCalls {
  find(id: string): Promise<Account>
  /** Reads a stream of so many, and answers with how many there were. */
  list(count: number): Promise<number>
}

/** Shows that a subject's calls are answered, and does what it is asked until the one who asks is gone. */
export async function serveQuestions(calls: AccountCalls): Promise<void> {
  // Some libraries make messages of a class of their own.
  deepEqual(JSON.parse(JSON.stringify(await calls.find('41'))), JSON.parse(JSON.stringify(accountOf('41'))))
  deepEqual(await calls.list(STREAMED), STREAMED)
  tell({})
  const questions = createInterface({ input: process.stdin })
  // The bench writes nothing else, and asks one question at a time.
  questions.on('line', (line) => void answer(calls, JSON.parse(line) as GrpcQuestion).then(tell))
  questions.on('close', () => process.exit())
}

async function answer(calls: AccountCalls, { watch = false, ...question }: GrpcQuestion): Promise<GrpcAnswer> {
  const endWatch = watch ? await watchSelfTimes() : undefined
  const figures = await measure(calls, question)
  return { ...figures, ...(endWatch && { selfTimes: await endWatch() }) }
}

async function measure(
  calls: AccountCalls,
  { workload, seconds, calls: most = Infinity }: GrpcQuestion,
): Promise<GrpcAnswer> {
  const { kind, inFlight } = workloadOf(workload)
  const latencies: number[] = []
  const cpu = process.cpuUsage()
  const begun = performance.now()
  const end = seconds === undefined ? Infinity : begun + seconds * 1_000
  let made = 0
  const call = kind === 'find' ? () => calls.find(String(made % ACCOUNTS)) : () => calls.list(STREAMED)
  const one = async (): Promise<void> => {
    for (let now = performance.now(); made < most && now < end;) {
      made++
      await call()
      const answered = performance.now()
      latencies.push(answered - now)
      now = answered
    }
  }
  await Promise.all(Array.from({ length: inFlight }, one))
  const ms = performance.now() - begun
  const { user, system } = process.cpuUsage(cpu)
  return {
    calls: made,
    callsPerSecond: (made * 1_000) / ms,
    p50Micros: percentile(latencies, 50) * 1_000,
    p99Micros: percentile(latencies, 99) * 1_000,
    cpuMicrosEach: (user + system) / made,
  }
}
