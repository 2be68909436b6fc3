import { spawn } from 'node:child_process'
import { systemClock } from '@modkit/core/spi'

export interface RunOptions {
  readonly args: readonly string[]
  readonly cwd: string
  readonly env?: Readonly<Record<string, string | undefined>>
  /** After it the process is killed. */
  readonly limitMs: number
  readonly signal?: AbortSignal
}

export interface Finished {
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program to its end. Rejects with what it wrote to stderr when it fails, is not there, or takes too long. */
export function runToEnd(program: string, options: RunOptions): Promise<Finished> {
  const { args, cwd, env, limitMs, signal } = options
  return new Promise((resolve, reject) => {
    // A group of its own, so that what it has started ends with it.
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
    const texts = { stdout: '', stderr: '' }
    child.stdout.setEncoding('utf8').on('data', (text: string) => (texts.stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (texts.stderr += text))
    let ended = ''
    const end = (why: string): void => {
      ended = why
      if (child.pid !== undefined) killGroup(child.pid)
    }
    const timer = systemClock.after(limitMs, () => end(`it took longer than ${String(limitMs / 1_000)} s`))
    const onAbort = (): void => end('it was interrupted')
    signal?.addEventListener('abort', onAbort, { once: true })
    child.once('error', reject)
    child.once('close', (code) => {
      timer.cancel()
      signal?.removeEventListener('abort', onAbort)
      if (code === 0) resolve(texts)
      else
        reject(new Error(ended || texts.stderr.trim() || texts.stdout.trim() || `it ended with code ${String(code)}`))
    })
  })
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended by itself meanwhile.
  }
}
