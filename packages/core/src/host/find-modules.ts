import { realpath } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { ModuleClass } from '../module/module-options.js'
import type { HostOptions } from './host-options.js'

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
  const { defaultScanPattern, scanModules } = await import('../module/module-scanner.js')
  if (scan !== undefined) {
    const found = await scanModules(typeof scan === 'string' ? [scan] : scan, { directory: process.cwd() })
    return [...modules, ...found]
  }
  const entry = await entryScript(options)
  return scanModules([defaultScanPattern(entry)], { directory: dirname(entry) })
}

/** The real path of the script that this process runs. */
async function entryScript({ entry }: HostOptions): Promise<string> {
  return realpath(entry ?? process.argv[1] ?? '.')
}
