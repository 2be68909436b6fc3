import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

const DOCUMENTED_ADDRESS = '127.0.0.1:8087'
const DOCUMENTED_HOME = '/home/you'

/** A person at a shell: commands that end, and one at a time that goes on in another window. */
export class Session implements AsyncDisposable {
  readonly #home: string
  readonly #env: NodeJS.ProcessEnv
  directory: string
  /** What the commands printed that ran, or were started, last. */
  printed = ''
  #background: Background | undefined

  constructor(home: string, env: NodeJS.ProcessEnv) {
    this.#home = this.directory = home
    this.#env = env
  }

  /** @throws Error where a command fails that must not */
  async run(commands: readonly string[], { mayFail = false } = {}): Promise<void> {
    this.printed = ''
    for (const command of commands) {
      const [, folder] = /^cd (\S+)$/.exec(command) ?? []
      if (folder === undefined) await this.#toEnd(command, mayFail)
      else this.directory = join(this.directory, folder)
    }
  }

  /** Resolves once the command has printed the text; what was started before is interrupted first. */
  async start(command: string, text: string): Promise<void> {
    await this.#background?.interrupt()
    // In the place of the shell, which would keep the interrupt to itself.
    this.#background = new Background(this.#spawn(`exec env ${command}`))
    await this.#background.heard(text)
    this.printed = this.#asDocumented(this.#background.take())
  }

  /** Interrupts what was started, as Ctrl-C does; gives what it printed since then. */
  async stop(): Promise<string> {
    const background = this.#background
    if (background === undefined) throw new Error('Nothing was started.')
    background.take()
    await background.interrupt()
    this.#background = undefined
    return this.#asDocumented(background.take())
  }

  /** Writes a file; what was started and watches it has come to run again by then. */
  async write(path: string, text: string): Promise<void> {
    const background = this.#background
    background?.take()
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, text)
    if (background !== undefined && !path.includes('.test.')) await background.heard('Host is running')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#background?.interrupt()
  }

  async #toEnd(command: string, mayFail: boolean): Promise<void> {
    const address = this.#background?.address ?? DOCUMENTED_ADDRESS
    const child = this.#spawn(command.replaceAll(DOCUMENTED_ADDRESS, address))
    const output = new Background(child)
    await output.closed
    const printed = this.#asDocumented(output.take())
    if (child.exitCode !== 0 && !mayFail) throw new Error(`"${command}" failed:\n${printed}`)
    this.printed += ended(printed)
  }

  #spawn(command: string): ChildProcess {
    return spawn('sh', ['-c', command], {
      cwd: this.directory,
      env: this.#env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  }

  #asDocumented(text: string): string {
    return text.replaceAll(this.#home, DOCUMENTED_HOME).replaceAll(/127\.0\.0\.1:\d+/g, DOCUMENTED_ADDRESS)
  }
}

/** A process and what it has printed, on either stream. */
class Background {
  readonly #child: ChildProcess
  readonly closed: Promise<unknown>
  #all = ''
  #taken = 0
  #changed: () => void = () => undefined

  constructor(child: ChildProcess) {
    this.#child = child
    this.closed = once(child, 'close')
    const hear = (text: string): void => {
      this.#all += text
      this.#changed()
    }
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', hear)
  }

  /** Where its gateway listens now. */
  get address(): string | undefined {
    return [...this.#all.matchAll(/REST gateway listens on http:\/\/(\S+)/g)].at(-1)?.[1]
  }

  /** What it has printed since this was asked the last time. */
  take(): string {
    const text = this.#all.slice(this.#taken)
    this.#taken = this.#all.length
    return text
  }

  /** Resolves at the end of a line with the text that was not taken yet. */
  async heard(text: string): Promise<void> {
    const has = (): boolean => (this.#all.slice(this.#taken).split(text)[1] ?? '').includes('\n')
    const heard = new Promise<void>((resolve) => {
      this.#changed = () => (has() ? resolve() : undefined)
      this.#changed()
    })
    const over = this.closed.then(() => Promise.reject(new Error(`It ended without "${text}":\n${this.#all}`)))
    await Promise.race([heard, over])
  }

  /** What Ctrl-C does. */
  async interrupt(): Promise<void> {
    this.#child.kill('SIGINT')
    await this.closed
  }
}

function ended(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`
}
