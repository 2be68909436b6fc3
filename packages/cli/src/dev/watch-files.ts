import { basename, relative } from 'node:path'
import { watch } from 'chokidar'
import type { Clock, ClockTimer } from '@modkit/core'

export interface WatchOptions {
  readonly clock: Clock
  /** Told once for all changes that come together. */
  readonly onChange: (paths: readonly string[]) => void
}

export interface WatchedFiles {
  readonly paths: readonly string[]
  close(): Promise<void>
}

/** Editors and compilers write several files at once: after this much silence they are done. */
const SILENCE_MS = 100

/** Folders that a running application writes to, or that nobody edits. */
const IGNORED = new Set(['node_modules', 'coverage'])

/** Watches files and folders. Resolves when every change from then on is seen. */
export async function watchFiles(paths: readonly string[], { clock, onChange }: WatchOptions): Promise<WatchedFiles> {
  const changed = new Set<string>()
  let timer: ClockTimer | undefined
  const tell = (): void => {
    const told = [...changed]
    changed.clear()
    onChange(told)
  }
  const watcher = watch([...paths], { ignoreInitial: true, ignored: (path) => isIgnored(path, paths) })
  watcher.on('all', (_event, path) => {
    changed.add(relative(process.cwd(), path))
    timer?.cancel()
    timer = clock.after(SILENCE_MS, tell)
  })
  await new Promise<void>((resolve, reject) => {
    watcher.once('ready', resolve)
    watcher.once('error', reject)
  })
  const close = async (): Promise<void> => {
    timer?.cancel()
    await watcher.close()
  }
  return { paths: paths.map((path) => relative(process.cwd(), path) || '.'), close }
}

function isIgnored(path: string, paths: readonly string[]): boolean {
  // What was asked for by name is watched, whatever it is called.
  if (paths.includes(path)) return false
  const name = basename(path)
  return IGNORED.has(name) || name.startsWith('.') || name.endsWith('~') || /\.(?:test|spec)\.[cm]?[jt]sx?$/.test(name)
}
