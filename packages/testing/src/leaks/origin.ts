import { fileURLToPath } from 'node:url'

/** Where something was made: a stack, and that of what was running then. Reads as text only when somebody asks. */
export interface Origin {
  readonly trace: { readonly stack?: string }
  readonly from: Origin | undefined
  readonly depth: number
}

/** How far back a chain goes: far enough for a server, whose socket is made some ticks after `listen()` was called. */
const MAX_DEPTH = 8
/** Node's own frames stand above those that matter. */
const FRAMES = 30

/** The place that is running now, without the frames of `below` and what it called. */
export function captureOrigin(from: Origin | undefined, below: (...args: never[]) => unknown): Origin {
  const trace: { stack?: string } = {}
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = FRAMES
  Error.captureStackTrace(trace, below)
  Error.stackTraceLimit = stackTraceLimit
  const isDeep = from !== undefined && from.depth >= MAX_DEPTH
  return { trace, from: isDeep ? undefined : from, depth: isDeep ? 0 : (from?.depth ?? -1) + 1 }
}

/** Whether code outside of Node and of installed packages made it by its own call. */
export function isMadeByOwnCode({ trace }: Origin): boolean {
  // A timer's own function is Node's, and its caller made it.
  const caller = allFrames(trace).find((frame) => !/node:(?:timers|internal\/(?:timers|async_hooks))/.test(frame))
  return caller !== undefined && isOwn(caller)
}

/** The nearest frame of code that is neither Node's nor an installed package's; else the nearest one that is not Node's. */
export function placeOf(origin: Origin): string {
  const frames: string[] = []
  for (let at: Origin | undefined = origin; at; at = at.from) frames.push(...allFrames(at.trace))
  const frame = frames.find(isOwn) ?? frames.find(isFile)
  return frame === undefined ? 'an unknown place' : frame.replace(/file:\/\/[^)]*?(?=:\d)/, (url) => fileURLToPath(url))
}

function allFrames({ stack }: Origin['trace']): readonly string[] {
  const lines = (stack ?? '').split('\n').map((line) => line.trim())
  return lines.filter((line) => line.startsWith('at ')).map((line) => line.slice('at '.length))
}

function isFile(frame: string): boolean {
  return /[\\/]/.test(frame) && !/\bnode:|wasm:/.test(frame)
}

function isOwn(frame: string): boolean {
  return isFile(frame) && !/[\\/]node_modules[\\/]/.test(frame)
}
