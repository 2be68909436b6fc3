import { isMadeByOwnCode, type Origin } from './origin.js'

/** What Node tells of something that was opened; which of it is there depends on the kind. */
export interface Resource {
  hasRef?(): boolean
  getsockname?(address: object): number
  readonly pid?: number
  readonly _idleTimeout?: number
  readonly _repeat?: number | null
  readonly _destroyed?: boolean
}

/** A kind of resource that can outlive whoever opened it. */
export interface ResourceKind {
  /** For people. */
  describe(resource: Resource): string
  /** Whether it is still open in a way that matters, as long as Node has not said that it is gone. */
  isOpen(resource: Resource, origin: Origin): boolean
  /** The kind that it comes with: named with it, it says nothing more. */
  readonly partOf?: string
}

const always = (): boolean => true
/** An idle connection that a pool keeps does not hold the process, and its pool closes it in its time. */
const holds = (resource: Resource): boolean => resource.hasRef?.() !== false

const named = (what: string, kind: Partial<ResourceKind> = {}): ResourceKind => ({
  describe: () => what,
  isOpen: always,
  ...kind,
})

/** By the names that Node gives them. */
export const resourceKinds: ReadonlyMap<string, ResourceKind> = new Map<string, ResourceKind>([
  ['Timeout', { describe: describeTimer, isOpen: isTimerOpen }],
  ['PROCESSWRAP', { describe: ({ pid }) => `a child process (pid ${String(pid)})`, isOpen: always }],
  ['TCPSERVERWRAP', { describe: describeServer, isOpen: always }],
  ['PIPESERVERWRAP', named('a server on a socket file')],
  ['WORKER', named('a worker thread')],
  ['FSEVENTWRAP', named('a watcher of files')],
  ['STATWATCHER', named('a watcher of a file')],
  ['TCPWRAP', named('a connection', { isOpen: holds, partOf: 'TCPSERVERWRAP' })],
  ['UDPWRAP', named('a UDP socket', { isOpen: holds })],
  ['PIPEWRAP', named('a pipe', { isOpen: holds, partOf: 'PROCESSWRAP' })],
  ['MESSAGEPORT', named('a message port', { isOpen: holds, partOf: 'WORKER' })],
])

/** Passing things on: nothing that stays, but what they make has them to thank for its place. */
export const passingKinds: ReadonlySet<string> = new Set(['TickObject', 'Immediate', 'GETADDRINFOREQWRAP'])

/** One that does not hold the process is its library's affair; the module's own goes on acting in later tests. */
function isTimerOpen(timer: Resource, origin: Origin): boolean {
  return timer._destroyed !== true && (timer.hasRef?.() === true || isMadeByOwnCode(origin))
}

function describeTimer({ _idleTimeout: delayMs, _repeat: repeatMs }: Resource): string {
  return typeof repeatMs === 'number' ? `a timer (every ${String(repeatMs)} ms)` : `a timer (of ${String(delayMs)} ms)`
}

function describeServer(server: Resource): string {
  const address: { address?: string; port?: number } = {}
  const isKnown = server.getsockname?.(address) === 0 && address.address !== undefined
  return isKnown ? `a server on ${String(address.address)}:${String(address.port)}` : 'a server'
}
