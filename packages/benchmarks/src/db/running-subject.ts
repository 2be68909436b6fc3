import { CORES } from '../measuring/keep-to-core.js'
import { SubjectProcess } from '../measuring/subject-process.js'
import type { Address } from './places/place.js'
import type { CallsAnswer, CallsQuestion } from './subjects/questions.js'

export const subjectNames = ['modkit', 'knex', 'driver'] as const

export type SubjectName = (typeof subjectNames)[number]

/** A subject that has its database open, and has shown that it reads what is there. */
export class RunningSubject {
  readonly name: SubjectName
  readonly address: Address
  readonly #process: SubjectProcess

  private constructor(name: SubjectName, address: Address, process: SubjectProcess) {
    this.name = name
    this.address = address
    this.#process = process
  }

  static async start(name: SubjectName, address: Address): Promise<RunningSubject> {
    const url = new URL(`./subjects/${name}.js`, import.meta.url)
    const process = new SubjectProcess(url, [JSON.stringify(address)], { limitMs: undefined })
    try {
      await process.says<object>()
      // Each of them the same one: the cores of a machine that has other work are not equally fast.
      await process.keepToCore(CORES.client)
      return new RunningSubject(name, address, process)
    } catch (error) {
      await process.end()
      throw new Error(`${name} does not serve.`, { cause: error })
    }
  }

  ask(question: CallsQuestion): Promise<CallsAnswer> {
    return this.#process.ask<CallsAnswer>(question)
  }

  async end(): Promise<void> {
    await this.#process.end()
  }
}
