import { createInterface } from 'node:readline'
import { watchSelfTimes, type SelfTime } from '../measuring/self-times.js'
import { tell } from '../measuring/subject-process.js'

/** What a subject says once it listens. */
export interface Listening {
  readonly port: number
  /** From the declared application to one that listens. */
  readonly startMs: number
  /** What it computed for that: another program that takes the processor away does not count. */
  readonly startCpuMs: number
}

/** What a subject is asked while it serves. */
export interface SubjectQuestion {
  readonly what: 'cpu' | 'watch' | 'self-times'
}

/** The answer to `cpu`. */
export interface CpuTime {
  /** What all threads of the process have computed since it began. */
  readonly cpuMs: number
}

/** The answer to `self-times`: where the time went since `watch`, which is answered by nothing in particular. */
export interface SelfTimes {
  readonly selfTimes: readonly SelfTime[]
}

/** Starts a subject, says where it listens, and then answers questions until the one who asks is gone. */
export async function listening(start: () => number | Promise<number>): Promise<void> {
  const begun = performance.now()
  const cpuBefore = cpuMs()
  const port = await start()
  tell({ port, startMs: performance.now() - begun, startCpuMs: cpuMs() - cpuBefore } satisfies Listening)
  const answer = answers()
  const questions = createInterface({ input: process.stdin })
  // The bench writes nothing else.
  questions.on('line', (line) => void answer(JSON.parse(line) as SubjectQuestion).then(tell))
  questions.on('close', () => process.exit())
}

function answers(): (question: SubjectQuestion) => Promise<object> {
  let endWatch: (() => Promise<readonly SelfTime[]>) | undefined
  return async ({ what }) => {
    switch (what) {
      case 'cpu':
        return { cpuMs: cpuMs() } satisfies CpuTime
      case 'watch':
        endWatch = await watchSelfTimes()
        return {}
      case 'self-times':
        return { selfTimes: (await endWatch?.()) ?? [] } satisfies SelfTimes
    }
  }
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}
