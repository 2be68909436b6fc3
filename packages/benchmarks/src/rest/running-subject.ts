import type { SelfTime } from '../measuring/self-times.js'
import { SubjectProcess } from '../measuring/subject-process.js'
import type { CpuTime, Listening, SelfTimes, SubjectQuestion } from './listening.js'
import { assertServes } from './workloads.js'

/** A subject that can be started: a file of `subjects/`, and what it is told. */
export interface RestSubject {
  readonly name: string
  readonly script: string
  readonly args?: readonly number[]
}

/** A subject that serves, and has shown that it serves the same as the others. */
export class RunningSubject {
  readonly name: string
  /** What it said when it listened. */
  readonly listening: Listening
  readonly #process: SubjectProcess

  private constructor(name: string, process: SubjectProcess, listening: Listening) {
    this.name = name
    this.#process = process
    this.listening = listening
  }

  get port(): number {
    return this.listening.port
  }

  /** @throws Error for one that does not serve what all serve */
  static async start({ name, script, args = [] }: RestSubject): Promise<RunningSubject> {
    const url = new URL(`./subjects/${script}.js`, import.meta.url)
    const process = new SubjectProcess(url, args, { limitMs: undefined })
    try {
      const listening = await process.says<Listening>()
      await assertServes(listening.port)
      return new RunningSubject(name, process, listening)
    } catch (error) {
      await process.end()
      throw new Error(`${name} does not serve.`, { cause: error })
    }
  }

  /** What all its threads have computed so far. */
  async cpuMs(): Promise<number> {
    const { cpuMs } = await this.#ask<CpuTime>('cpu')
    return cpuMs
  }

  /** Keeps it to one core, where the system can do that. */
  keepToCore(core: number): Promise<void> {
    return this.#process.keepToCore(core)
  }

  /** In which functions it spends its time while `work` lasts. */
  async selfTimesDuring(work: () => Promise<unknown>): Promise<readonly SelfTime[]> {
    await this.#ask('watch')
    await work()
    const { selfTimes } = await this.#ask<SelfTimes>('self-times')
    return selfTimes
  }

  #ask<T>(what: SubjectQuestion['what']): Promise<T> {
    return this.#process.ask<T>({ what } satisfies SubjectQuestion)
  }

  async end(): Promise<void> {
    await this.#process.end()
  }
}

/** Starts all of them one after the other, lets `work` use them, and ends them. */
export async function withSubjects<T>(
  subjects: readonly RestSubject[],
  work: (running: readonly RunningSubject[]) => Promise<T>,
): Promise<T> {
  const running: RunningSubject[] = []
  try {
    for (const subject of subjects) running.push(await RunningSubject.start(subject))
    return await work(running)
  } finally {
    await Promise.all(running.map((subject) => subject.end()))
  }
}
