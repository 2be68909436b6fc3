import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { keepToCore } from './keep-to-core.js'

/** How long a subject may take before it is given up, unless it is said. */
const LIMIT_MS = 120_000

export interface SubjectOptions {
  /** How long it may take before it is given up; `undefined` for as long as it likes. Default two minutes. */
  readonly limitMs?: number | undefined
}

/** A program of its own, fresh for every measurement, which says what it found out as lines of JSON among others. */
export class SubjectProcess {
  readonly #child: ChildProcess
  readonly #lines: AsyncIterator<string, undefined>
  /** The last of what it said besides, for the error. */
  #said: string[] = []

  /** @param script beside the caller, as `import.meta.url` resolves it */
  constructor(script: URL, args: readonly (string | number)[] = [], options: SubjectOptions = {}) {
    const command = ['--expose-gc', fileURLToPath(script), ...args.map(String)]
    const { limitMs } = { limitMs: LIMIT_MS, ...options }
    const limit = limitMs === undefined ? {} : { signal: AbortSignal.timeout(limitMs) }
    this.#child = spawn(process.execPath, command, { stdio: 'pipe', ...limit })
    // A time-out ends the output, and says so there.
    this.#child.on('error', () => undefined)
    const { stdin, stdout, stderr } = this.#child
    if (stdin === null || stdout === null || stderr === null) throw new TypeError('A subject has pipes.')
    // The end of the output says that nobody listens.
    stdin.on('error', () => undefined)
    this.#lines = createInterface({ input: stdout })[Symbol.asyncIterator]()
    createInterface({ input: stderr }).on('line', (line) => this.#note(line))
  }

  /** Keeps it to one core, where the system can do that. */
  async keepToCore(core: number): Promise<void> {
    const { pid } = this.#child
    if (pid !== undefined) await keepToCore(pid, core)
  }

  /** The next line of JSON. */
  async says<T>(): Promise<T> {
    for (;;) {
      const next: IteratorResult<string, undefined> = await this.#lines.next()
      if (next.value === undefined) throw new Error(`A subject ended without its figures:\n${this.#said.join('\n')}`)
      if (next.value.startsWith('{"figures":')) return (JSON.parse(next.value) as { figures: T }).figures
      this.#note(next.value)
    }
  }

  /** Puts a line of JSON to it, and takes the next one that it says for the answer. */
  async ask<T>(question: object): Promise<T> {
    this.#child.stdin?.write(`${JSON.stringify(question)}\n`)
    return this.says<T>()
  }

  #note(line: string): void {
    this.#said = [...this.#said.slice(-20), line]
  }

  /** Ends the process, where it has not ended by itself, and waits for that. */
  async end(): Promise<void> {
    const ended = this.#child.exitCode !== null || this.#child.signalCode !== null
    this.#child.kill('SIGKILL')
    if (!ended) await once(this.#child, 'exit')
  }
}

/** What a subject calls to hand its figures over. */
export function tell(figures: object): void {
  process.stdout.write(`${JSON.stringify({ figures })}\n`)
}
