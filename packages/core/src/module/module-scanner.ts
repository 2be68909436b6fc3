import { extname } from 'node:path'
import { HostError } from '../errors/host-error.js'
import type { ModuleClass } from './module-options.js'

export interface ScanOptions {
  /** Where relative patterns start. */
  readonly directory: string
}

/**
 * Imports the files that the glob `patterns` match, in the order of their paths, and returns every module class that
 * they export, each once. Tests, type declarations, `node_modules` and dot folders are passed over.
 *
 * @throws HostError `SCAN_FAILED` for a file that cannot be imported, `SCAN_EMPTY` when there is no module at all
 */
export function scanModules(patterns: readonly string[], options: ScanOptions): Promise<readonly ModuleClass[]> {
  return Promise.reject(new HostError('SCAN_EMPTY', { patterns, directory: options.directory }))
}

/** The pattern for module files beside the entry script, with the entry's own extension. */
export function defaultScanPattern(entry: string): string {
  return `**/*.module${extname(entry) || '.js'}`
}
