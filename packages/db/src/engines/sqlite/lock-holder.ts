import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'

/** Who migrates at the moment, as the file beside the lock tells those who wait. */
export interface LockHolder {
  readonly host: string
  readonly pid: number
  readonly module: string
  /** ISO 8601. */
  readonly since: string
}

/** Says who holds the lock. Only the holder writes, so that nobody overwrites another's name. */
export async function writeHolder(file: string, { module, now }: { module: string; now: number }): Promise<void> {
  const holder: LockHolder = { host: hostname(), pid: process.pid, module, since: new Date(now).toISOString() }
  // Renamed into place, so that a reader never sees half of it.
  const draft = `${file}.${String(process.pid)}`
  await writeFile(draft, JSON.stringify(holder))
  await rename(draft, file)
}

export async function removeHolder(file: string): Promise<void> {
  await rm(file, { force: true })
}

/** The holder as a person reads it: `process 4711 on db-1 (module "users", since …)`. */
export async function describeHolder(file: string): Promise<string> {
  try {
    const { host, pid, module, since } = JSON.parse(await readFile(file, 'utf8')) as Partial<LockHolder>
    return `process ${String(pid)} on ${String(host)} (module "${String(module)}", since ${String(since)})`
  } catch {
    // Who has just taken the lock has not yet said so; the name only helps people.
    return 'a process that did not leave its name'
  }
}
