import { createInterface } from 'node:readline'
import { tell } from '../../measuring/subject-process.js'

/** How much a server has computed since it began. */
export interface ServerCpu {
  readonly cpuMicros: number
}

/** Says where a server is, then what it has computed each time it is asked, until the one who asks is gone. */
export function tellServer(endpoint: string | undefined): void {
  tell({ endpoint })
  const questions = createInterface({ input: process.stdin })
  questions.on('line', () => {
    const { user, system } = process.cpuUsage()
    tell({ cpuMicros: user + system } satisfies ServerCpu)
  })
  questions.on('close', () => process.exit())
}
