// Programs as a person starts them in a terminal: to their end, or until Ctrl-C.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { clearTimeout, setTimeout } from 'node:timers'

/** How long one command may take; a library of C++ is compiled within it. */
const COMMAND_MS = 1_200_000
/** How long what Ctrl-C ends may take to be gone. */
const END_MS = 20_000

/** What the run of this script has put into the environment, and a person at a terminal does not have there. */
const OF_THE_SCRIPT =
  /^(?:npm_(?:lifecycle|package|command|execpath|node_execpath|config_(?:local_prefix|loglevel|allow_scripts|omit_lockfile))|INIT_CWD|NODE_OPTIONS|APP__|MODKIT_)/

export function personsEnvironment(more = {}) {
  const kept = Object.entries(process.env).filter(([name]) => !OF_THE_SCRIPT.test(name))
  return { ...Object.fromEntries(kept), ...more }
}

/** A program in a process group of its own. */
export class Running {
  #child
  #listeners = new Set()
  output = ''

  constructor([program, ...args], { cwd, env }) {
    this.#child = spawn(program, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => this.#hear(text))
    }
    this.ended = once(this.#child, 'close').then(([code]) => ({ code, output: this.output }))
  }

  /** What the pattern finds in the output, as soon as it is there. Rejects when the program ends before. */
  heard(pattern) {
    const found = new Promise((resolve) => {
      const look = () => {
        const match = pattern.exec(this.output)
        if (match) resolve(match)
      }
      this.#listeners.add(look)
      look()
    })
    const over = this.ended.then(({ code }) => {
      throw new Error(`it ended with code ${code} before it said ${pattern}:\n${this.output}`)
    })
    return Promise.race([found, over])
  }

  /** Ctrl-C, which reaches all that the program has started; what does not end by that is killed, and an error. */
  async end() {
    this.#signal('SIGINT')
    const timer = setTimeout(() => {
      this.output += '\nIt did not end after Ctrl-C, and was killed.'
      this.#signal('SIGKILL')
    }, END_MS)
    const { output } = await this.ended
    clearTimeout(timer)
    if (output.endsWith('was killed.')) throw new Error(output)
  }

  kill() {
    this.#signal('SIGKILL')
    return this.ended
  }

  #signal(name) {
    try {
      process.kill(-this.#child.pid, name)
    } catch (error) {
      // Whoever has gone already needs no signal.
      if (error.code !== 'ESRCH') throw error
    }
  }

  #hear(text) {
    this.output += text
    for (const listener of this.#listeners) listener()
  }
}

/** Runs a command to its end. Answers its exit code and everything that it printed. */
export async function runToEnd(command, place) {
  const running = new Running(command, place)
  const timer = setTimeout(() => void running.kill(), COMMAND_MS)
  try {
    return await running.ended
  } finally {
    clearTimeout(timer)
  }
}

/** The same, for a command that must succeed. Answers what it printed. */
export async function mustSucceed(command, place) {
  const { code, output } = await runToEnd(command, place)
  if (code !== 0) throw new Error(`"${command.join(' ')}" ended with code ${code}:\n${output}`)
  return output
}
