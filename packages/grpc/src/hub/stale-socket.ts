import type { Stats } from 'node:fs'
import { lstat, unlink } from 'node:fs/promises'
import { connect } from 'node:net'

/**
 * Makes room for a Unix socket: removes what a process that is gone left at `path`, and nothing else.
 *
 * @throws Error when something other than a socket is there, or somebody listens on it
 */
export async function removeStaleSocket(path: string): Promise<void> {
  const found = await look(path)
  if (!found) return
  if (!found.isSocket()) throw new Error('something that is not a socket exists there')
  if (await isListenedOn(path)) throw new Error('another process listens there')
  const still = await look(path)
  if (!still) return
  // Of two that start at once, the slower one must not take away what the faster one has just put there.
  if (still.ino !== found.ino || still.ctimeMs !== found.ctimeMs) throw new Error('another process listens there')
  await unlink(path)
}

function look(path: string): Promise<Stats | undefined> {
  return lstat(path).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  })
}

/** A refused connection is the one sure sign that nobody listens; anything else is left alone. */
function isListenedOn(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path })
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', (error) => {
      if (hasCode(error, 'ECONNREFUSED')) resolve(false)
      else if (hasCode(error, 'EAGAIN')) resolve(true)
      else reject(error)
    })
  })
}

function hasCode(error: unknown, code: string): boolean {
  return (error as { code?: unknown } | null)?.code === code
}
