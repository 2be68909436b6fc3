import { deepEqual } from 'node:assert/strict'
import { createInterface } from 'node:readline'
import { watchSelfTimes } from '../../measuring/self-times.js'
import { tell } from '../../measuring/subject-process.js'
import { accountOf, idOf } from '../data/accounts.js'
import { type OperationName, operationNames, ROWS_OF_LIST } from '../operations.js'
import type { Address } from '../places/place.js'
import type { OperationCalls } from './calls.js'
import type { CallsAnswer, CallsQuestion } from './questions.js'

/** Opens a subject, shows that it reads what is there, and does what it is asked until the one who asks is gone. */
export async function serveCalls(open: (address: Address) => OperationCalls | Promise<OperationCalls>): Promise<void> {
  const calls = await open(JSON.parse(process.argv[2] ?? '') as Address)
  await assertReads(calls)
  const caller = new Caller(calls)
  // In a program that has ever had a transaction, everything after it bears what Node needs to remember it.
  await caller.answer({ operation: 'transaction', calls: 1 })
  tell({})
  const questions = createInterface({ input: process.stdin })
  // The bench writes nothing else, and asks one question at a time.
  questions.on('line', (line) => void caller.answer(JSON.parse(line) as CallsQuestion).then(tell))
  questions.on('close', () => process.exit())
}

async function assertReads(calls: OperationCalls): Promise<void> {
  // Rows of some drivers have a class of their own.
  const plain = (rows: unknown): unknown => JSON.parse(JSON.stringify(rows))
  deepEqual(plain(await calls.select(41)), accountOf(idOf(41)))
  const list = Array.from({ length: ROWS_OF_LIST }, (_, index) => accountOf(idOf(41 + index)))
  deepEqual(plain(await calls['select-100'](41)), list)
}

class Caller {
  readonly #calls: OperationCalls
  /** How often each has been called so far. */
  readonly #done = new Map<OperationName, number>(operationNames.map((name) => [name, 0]))

  constructor(calls: OperationCalls) {
    this.#calls = calls
  }

  async answer({ operation, calls, watch = false }: CallsQuestion): Promise<CallsAnswer> {
    const endWatch = watch ? await watchSelfTimes() : undefined
    const figures = await this.#time(operation, calls)
    return { ...figures, ...(endWatch && { selfTimes: await endWatch() }) }
  }

  async #time(operation: OperationName, calls: number): Promise<CallsAnswer> {
    const call = this.#calls[operation]
    const from = this.#done.get(operation) ?? 0
    this.#done.set(operation, from + calls)
    const cpu = process.cpuUsage()
    const begun = performance.now()
    for (let number = from; number < from + calls; number++) await call(number)
    const ms = performance.now() - begun
    const { user, system } = process.cpuUsage(cpu)
    return { microsEach: (ms * 1_000) / calls, cpuMicrosEach: (user + system) / calls }
  }
}
