import { HostError, type HostErrorJson } from '@modkit/core'
import type { Application } from './find-application.js'
import type { Answer } from './preload.js'

/** An error that happened in the application's process. */
export interface RemoteFailure {
  readonly json: HostErrorJson
  readonly stack: string | undefined
}

/** The errors that came from another process, with what is known of them there. */
const failures = new WeakMap<Error, RemoteFailure>()

/** What an error was in the process that it came from; `undefined` for one of this process. */
export function remoteFailure(error: unknown): RemoteFailure | undefined {
  return error instanceof Error ? failures.get(error) : undefined
}

/** The failure of an application's process as an error of this one. */
export function entryError(app: Application, { error, stack, loaded }: Extract<Answer, { kind: 'failed' }>): Error {
  // The preload sends nothing else.
  const json = error as HostErrorJson
  const own = loaded || isOurs(json)
  if (own) return remember(new Error(json.message), { json, stack })
  const failed = wrapped(app, json)
  return remember(failed, { json: failed.toJSON(), stack })
}

function remember(error: Error, failure: RemoteFailure): Error {
  failures.set(error, failure)
  return error
}

/** Errors of the catalogue say themselves what to do. */
function isOurs({ name, hint }: HostErrorJson): boolean {
  return name === 'HostError' && hint !== undefined
}

function wrapped({ entry, runner }: Application, json: HostErrorJson): HostError {
  return new HostError('APP_ENTRY_FAILED', { entry, runner: runner.name, reason: reasonOf(json) })
}

const USED_TOO_EARLY = /^Cannot access '(.+)' before initialization$/

/** The messages of the language that say little, in words that say what to do. */
function reasonOf({ message, name, code }: HostErrorJson): string {
  const early = USED_TOO_EARLY.exec(message)?.[1]
  if (early !== undefined) {
    return (
      `"${early}" is used before its file has been loaded, because files import each other in a circle; ` +
      'break the circle with "import type", or name the dependency by its string'
    )
  }
  if (name === 'SyntaxError' && message.includes('Invalid or unexpected token')) {
    return 'Node cannot read its syntax, which decorators are that nothing has compiled: install tsx, or set the target es2022'
  }
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION') return `${message}; nothing that compiles TypeScript is at work there`
  return message.replace(/\.$/, '')
}
