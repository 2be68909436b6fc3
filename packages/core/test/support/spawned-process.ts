import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'

export interface ChildEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** A process and all that it says, whatever started it. */
export class SpawnedProcess {
  readonly process: ChildProcess
  /** Resolves when the process has ended and what it wrote has been read. */
  readonly end: Promise<ChildEnd>
  readonly #said = { stdout: '', stderr: '' }
  readonly #waiting = new Set<() => void>()

  constructor(process: ChildProcess) {
    this.process = process
    this.#hear(process.stdout, 'stdout')
    this.#hear(process.stderr, 'stderr')
    this.end = once(process, 'close').then(([code, signal]) => ({
      code: code as number | null,
      signal: signal as NodeJS.Signals | null,
      ...this.#said,
    }))
  }

  /** What has been read of its standard output so far. */
  get stdout(): string {
    return this.#said.stdout
  }

  /** What has been read of one of its streams so far. */
  written(stream: 'stdout' | 'stderr'): string {
    return this.#said[stream]
  }

  /** Resolves when the process has written this text; rejects when it ends without. */
  async says(text: string): Promise<void> {
    const hasSaid = (): boolean => Object.values(this.#said).some((said) => said.includes(text))
    const heard = new Promise<void>((resolve) => {
      const check = (): void => {
        if (!hasSaid()) return
        this.#waiting.delete(check)
        resolve()
      }
      this.#waiting.add(check)
      check()
    })
    const gone = this.end.then(({ stdout, stderr }) => {
      if (!hasSaid()) throw new Error(`It ended without saying "${text}":\n${stdout}\n${stderr}`)
    })
    await Promise.race([heard, gone])
  }

  kill(signal: NodeJS.Signals): void {
    this.process.kill(signal)
  }

  #hear(stream: Readable | null, name: 'stdout' | 'stderr'): void {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      this.#said[name] += chunk
      for (const check of this.#waiting) check()
    })
  }
}
