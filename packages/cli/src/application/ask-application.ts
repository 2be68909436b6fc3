import { spawn, type ChildProcess } from 'node:child_process'
import { type Clock, HostError, type MigrationReport } from '@modkit/core'
import type { HostInspection, PendingMigrations } from '@modkit/core/spi'
import { entryError } from './entry-error.js'
import type { Application } from './find-application.js'
import { type Answer, preloadUrl, type Question } from './preload.js'

/** What an application answers. */
interface Answers {
  readonly inspect: HostInspection
  readonly pendingMigrations: readonly PendingMigrations[]
  readonly migrate: MigrationReport
}

export interface AskOptions {
  readonly clock: Clock
  /** Ends the application's process early. */
  readonly signal: AbortSignal
  readonly env: Readonly<Record<string, string | undefined>>
  /** How long the application may take, its modules' imports included. */
  readonly limitMs: number
  /** What the entry finds in `process.argv` behind itself. */
  readonly args?: readonly string[]
}

/** How long a process that has answered may take to end. */
const END_MS = 5_000

/**
 * Runs an application's entry in a process of its own, where the host that it makes is asked a question instead of being
 * started. What the entry writes goes to stderr.
 *
 * @throws HostError `APP_ENTRY_FAILED`, `APP_HOST_MISSING`, `APP_SILENT`, `CANCELLED`, or what the question failed with
 */
export function askApplication<Q extends Question>(
  app: Application,
  question: Q,
  options: AskOptions,
): Promise<Answers[Q]> {
  const { clock, signal, limitMs } = options
  return new Promise((resolve, reject) => {
    const child = start(app, question, options)
    const answers: Answer[] = []
    let early: HostError | undefined
    const end = (error: HostError): void => {
      early ??= error
      child.kill('SIGKILL')
    }
    const onAbort = (): void => end(new HostError('CANCELLED', { operation: `Asking ${app.entry}` }))
    const limit = clock.after(limitMs, () => end(new HostError('APP_SILENT', { entry: app.entry, afterMs: limitMs })))
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
    child.on('message', (answer: Answer) => {
      answers.push(answer)
      limit.cancel()
      clock.after(END_MS, () => child.kill('SIGKILL'), { keepAlive: false })
    })
    child.once('error', (error) => reject(new HostError('APP_ENTRY_FAILED', failure(app, error.message))))
    child.once('close', (code, killedBy) => {
      limit.cancel()
      signal.removeEventListener('abort', onAbort)
      const [answer] = answers
      // What came has the type that its question has.
      if (answer?.kind === 'answer') resolve(answer.value as Answers[Q])
      else reject(answer ? entryError(app, answer) : (early ?? withoutAnswer(app, code, killedBy)))
    })
  })
}

function start(app: Application, question: Question, { env, args = [] }: AskOptions): ChildProcess {
  // An inspector or a watcher of this process is not meant for that one.
  return spawn(process.execPath, [...app.runner.args, '--import', preloadUrl(question), app.entry, ...args], {
    cwd: app.directory,
    env,
    // What the entry writes is not the result.
    stdio: ['ignore', 2, 2, 'ipc'],
  })
}

function withoutAnswer(app: Application, code: number | null, killedBy: NodeJS.Signals | null): HostError {
  if (code === 0 || code === 13) return new HostError('APP_HOST_MISSING', { entry: app.entry })
  const how = killedBy ? `was ended by ${killedBy}` : `ended with code ${String(code)}`
  return new HostError('APP_ENTRY_FAILED', failure(app, `its process ${how}`))
}

function failure({ entry, runner }: Application, reason: string): { entry: string; reason: string; runner: string } {
  return { entry, reason, runner: runner.name }
}
