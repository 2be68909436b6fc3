import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export interface ChildEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface ChildOptions {
  readonly cwd?: URL
  /** What is run. Default this very Node. */
  readonly node?: string
  readonly nodeOptions?: readonly string[]
}

/** A TypeScript file run as a process of its own, from the sources. */
export class Child {
  readonly process: ChildProcess
  readonly end: Promise<ChildEnd>
  #stdout = ''
  #stderr = ''
  readonly #waiting = new Set<() => void>()

  constructor(script: URL, args: readonly string[] = [], options: ChildOptions = {}) {
    const { cwd, node = process.execPath, nodeOptions = [] } = options
    const command = [...nodeOptions, '--conditions=modkit:source', '--import', 'tsx', fileURLToPath(script), ...args]
    const env = { ...process.env, NODE_OPTIONS: '' }
    this.process = spawn(node, command, { stdio: ['pipe', 'pipe', 'pipe'], env, ...(cwd && { cwd }) })
    this.process.stdout?.setEncoding('utf8').on('data', (chunk: string) => this.#heard((this.#stdout += chunk)))
    this.process.stderr?.setEncoding('utf8').on('data', (chunk: string) => this.#heard((this.#stderr += chunk)))
    this.end = once(this.process, 'close').then(([code, signal]) => ({
      code: code as number | null,
      signal: signal as NodeJS.Signals | null,
      stdout: this.#stdout,
      stderr: this.#stderr,
    }))
  }

  /** Resolves when the child has written this text; rejects when it ends without. */
  async says(text: string): Promise<void> {
    const heard = new Promise<void>((resolve) => {
      const check = (): void => {
        if (!this.#stdout.includes(text) && !this.#stderr.includes(text)) return
        this.#waiting.delete(check)
        resolve()
      }
      this.#waiting.add(check)
      check()
    })
    const gone = this.end.then(({ stdout, stderr }) => {
      if (!stdout.includes(text) && !stderr.includes(text))
        throw new Error(`It ended without saying "${text}":\n${stdout}\n${stderr}`)
    })
    await Promise.race([heard, gone])
  }

  kill(signal: NodeJS.Signals): void {
    this.process.kill(signal)
  }

  #heard(_text: string): void {
    for (const check of this.#waiting) check()
  }
}
