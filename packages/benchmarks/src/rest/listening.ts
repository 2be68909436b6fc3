import { createInterface } from 'node:readline'
import { tell } from '../measuring/subject-process.js'

/** What a subject says once it listens. */
export interface Listening {
  readonly port: number
  /** From the declared application to one that listens. */
  readonly startMs: number
}

/** What a subject is asked while it serves. */
export interface SubjectQuestion {
  readonly what: 'cpu'
}

/** What it answers. */
export interface CpuTime {
  /** What all threads of the process have computed since it began. */
  readonly cpuMs: number
}

/** Starts a subject, says where it listens, and then answers questions until the one who asks is gone. */
export async function listening(start: () => number | Promise<number>): Promise<void> {
  const begun = performance.now()
  const port = await start()
  tell({ port, startMs: performance.now() - begun } satisfies Listening)
  const questions = createInterface({ input: process.stdin })
  questions.on('line', () => {
    const { user, system } = process.cpuUsage()
    tell({ cpuMs: (user + system) / 1_000 } satisfies CpuTime)
  })
  questions.on('close', () => process.exit())
}
