import { isAbsolute, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where something was declared, for an error that comes later. Made for nearly nothing, read when there is an error. */
export type CallSite = () => string | undefined

/** One frame, as deep as a caller of ours needs. */
const FRAMES = 1
const FRAME = /(?:\(|at (?:async )?)((?:file:\/\/|\/|[A-Za-z]:\\)[^()]*?):(\d+):(\d+)\)?$/

/**
 * Remembers the line from which `callee` was called, such as `src/users.module.ts:12:8`, relative to the working directory
 * for what is below it.
 */
export function callSite(callee: (...args: never[]) => unknown): CallSite {
  const frames: { stack?: string } = {}
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = FRAMES
  Error.captureStackTrace(frames, callee)
  Error.stackTraceLimit = limit
  return () => placeIn(frames.stack)
}

function placeIn(stack = ''): string | undefined {
  const [, file, line, column] = FRAME.exec(stack.trimEnd()) ?? []
  if (file === undefined || line === undefined || column === undefined) return undefined
  const path = file.startsWith('file:') ? fileURLToPath(file) : file
  const below = relative(process.cwd(), path)
  return `${below.startsWith('..') || isAbsolute(below) ? path : below}:${line}:${column}`
}
