import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Clock } from '@modkit/core'
import { systemClock } from '@modkit/core/spi'
import { runCommandLine } from '../../src/command-line/program.js'
import { Terminal, type TextStream } from '../../src/command-line/terminal.js'

export const root = fileURLToPath(new URL('../../../..', import.meta.url))
export const cities = join(root, 'examples/cities')
const main = join(root, 'packages/cli/src/main.ts')

export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

export interface ModkitOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /** The script to be run. Default the command's own. */
  readonly program?: string
}

export interface InProcessOptions extends Omit<ModkitOptions, 'program'> {
  readonly clock?: Clock
}

/** The real command, from its sources, as a child process. */
export class Modkit implements AsyncDisposable {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  readonly #listeners = new Set<() => void>()
  out = ''
  err = ''

  constructor(args: readonly string[], { cwd = root, env = {}, program = main }: ModkitOptions = {}) {
    // The application and what it starts come from the sources, too.
    const all = { ...process.env, NODE_OPTIONS: '--conditions=modkit:source', ...env }
    this.child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), program, ...args], {
      cwd,
      env: all,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => this.#hear('out', text))
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => this.#hear('err', text))
    this.ended = once(this.child, 'close').then(([code]) => ({
      code: code as number | null,
      out: this.out,
      err: this.err,
    }))
  }

  /** What the pattern finds in stderr, as soon as it is there; bounded by the time of the test. */
  async heard(pattern: RegExp): Promise<RegExpExecArray> {
    const found = new Promise<RegExpExecArray>((resolve) => {
      const look = (): void => {
        const match = pattern.exec(this.err)
        if (match) resolve(match)
      }
      this.#listeners.add(look)
      look()
    })
    const over = this.ended.then((ended) => Promise.reject(new Error(`It ended: ${JSON.stringify(ended)}`)))
    return Promise.race([found, over])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill('SIGKILL')
    await this.ended
  }

  #hear(stream: 'out' | 'err', text: string): void {
    this[stream] += text
    for (const listener of this.#listeners) listener()
  }
}

/** Runs the command to its end. */
export function modkit(args: readonly string[], options: ModkitOptions = {}): Promise<Ended> {
  return new Modkit(args, options).ended
}

/** The same in this process, where the test sees through it: what it starts are processes all the same. */
export class InProcess implements AsyncDisposable {
  readonly ended: Promise<Ended>
  readonly #ending = new AbortController()
  readonly #listeners = new Set<() => void>()
  readonly #texts = { out: '', err: '' }

  constructor(args: readonly string[], { cwd = root, env = {}, clock = systemClock }: InProcessOptions = {}) {
    const code = runCommandLine(args, {
      cwd,
      env: { ...process.env, NODE_OPTIONS: '--conditions=modkit:source', ...env },
      terminal: new Terminal(this.#stream('out'), this.#stream('err')),
      clock,
      signal: this.#ending.signal,
    })
    this.ended = code.then((ended) => ({ code: ended, ...this.#texts }))
  }

  /** What the pattern finds in stderr, as soon as it is there; bounded by the time of the test. */
  async heard(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve) => {
      const look = (): void => {
        const match = pattern.exec(this.#texts.err)
        if (match) resolve(match)
      }
      this.#listeners.add(look)
      look()
    })
  }

  /** As the signal would end it. */
  end(signal: NodeJS.Signals): Promise<Ended> {
    this.#ending.abort(signal)
    return this.ended
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end('SIGTERM')
  }

  #stream(name: 'out' | 'err'): TextStream {
    return {
      write: (text) => {
        this.#texts[name] += text
        for (const listener of this.#listeners) listener()
      },
    }
  }
}

/** Carries out a command in this process. */
export function command(args: readonly string[], options: InProcessOptions = {}): Promise<Ended> {
  return new InProcess(args, options).ended
}

/** A folder that is gone after the test, with some files. */
export class Folder implements AsyncDisposable {
  readonly path: string

  private constructor(path: string) {
    this.path = path
  }

  static async create(files: Readonly<Record<string, string>> = {}): Promise<Folder> {
    const folder = new Folder(await realpath(await mkdtemp(join(tmpdir(), 'modkit-cli-'))))
    for (const [path, content] of Object.entries(files)) await folder.write(path, content)
    return folder
  }

  /** One that finds every package of the workspace. */
  static async linked(files: Readonly<Record<string, string>>): Promise<Folder> {
    const folder = await Folder.create(files)
    await symlink(join(root, 'node_modules'), join(folder.path, 'node_modules'))
    return folder
  }

  async write(path: string, content: string): Promise<string> {
    const file = join(this.path, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, content)
    return file
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true, force: true })
  }
}
