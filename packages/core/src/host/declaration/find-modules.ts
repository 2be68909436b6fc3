import { createRequire } from 'node:module'
import { dirname, isAbsolute, join } from 'node:path'
import { HostError } from '../../errors/host-error.js'
import type { ModuleClass } from '../../module/module-class.js'
import type { HostOptions } from '../options/host-options.js'

/** Whether the modules are known without looking at files. */
export function listsItsModules({ modules, scan }: HostOptions): boolean {
  return modules !== undefined && scan === undefined
}

/**
 * The given modules, and those that a scan finds.
 *
 * @throws HostError `SCAN_FAILED` or `SCAN_EMPTY`
 */
export async function findModules(options: HostOptions): Promise<readonly ModuleClass[]> {
  const { modules = [], scan } = options
  if (listsItsModules(options)) return modules
  // Most hosts list their modules; the others pay for the scanner.
  const { defaultScanPattern, scanModules } = await import('../../module/module-scanner.js')
  if (scan !== undefined) {
    const found = await scanModules(typeof scan === 'string' ? [scan] : scan, { directory: process.cwd() })
    return [...modules, ...found]
  }
  const script = entryScript()
  return scanModules([defaultScanPattern(script ?? '')], { directory: script ? dirname(script) : process.cwd() })
}

/** The real path of the script that this process runs; `undefined` where it has none: `node -e`, `node -`, the REPL. */
function entryScript(): string | undefined {
  const script = process.argv[1]
  // Node makes the path of a script absolute; anything else is an argument of code that came another way.
  if (script === undefined || !isAbsolute(script)) return undefined
  try {
    // Node was perhaps given a folder, or a name without its extension.
    return createRequire(join(process.cwd(), 'entry')).resolve(script)
  } catch (error) {
    const reason = 'it is the entry script, beside which modules are looked for, and it cannot be found'
    throw new HostError('SCAN_FAILED', { file: script, reason }, { cause: error })
  }
}
