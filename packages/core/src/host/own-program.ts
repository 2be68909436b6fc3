import { createRequire } from 'node:module'
import { isAbsolute, join, resolve } from 'node:path'
import type { HostOptions } from './host-options.js'

/** The script that a child of this same program runs: the option `entry`, else what this process runs; absolute. */
export function ownEntry({ entry }: HostOptions): string | undefined {
  const script = entry ?? process.argv[1]
  // Node makes the path of a script absolute; anything else is an argument of code that came another way.
  if (script === undefined || (entry === undefined && !isAbsolute(script))) return undefined
  try {
    // Node was perhaps given a folder, or a name without its extension.
    return createRequire(join(process.cwd(), 'entry')).resolve(resolve(script))
  } catch {
    // Whoever needs it says so, and how to name another one.
    return undefined
  }
}
