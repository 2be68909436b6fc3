import { extname, relative, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { messageOf } from '../errors/error-json.js'
import { HostError } from '../errors/host-error.js'
import { moduleDefinition } from './module-definition.js'
import type { ModuleClass } from './module-class.js'

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
export async function scanModules(
  patterns: readonly string[],
  { directory }: ScanOptions,
): Promise<readonly ModuleClass[]> {
  const found = new Set<ModuleClass>()
  for (const file of await findFiles(patterns, directory)) {
    for (const exported of Object.values(await importFile(file))) {
      if (isModuleClass(exported)) found.add(exported)
    }
  }
  if (found.size === 0) throw new HostError('SCAN_EMPTY', { patterns, directory })
  return [...found]
}

/** The pattern for the module files beside an entry script: those with the extension of the script itself. */
export function defaultScanPattern(entry: string): string {
  return `**/*.module${extname(entry) || '.js'}`
}

async function findFiles(patterns: readonly string[], directory: string): Promise<readonly string[]> {
  // Only a host that scans pays for the library.
  const { glob } = await import('tinyglobby')
  const files = await glob(patterns, { cwd: directory, absolute: true, ignore: ['**/node_modules/**'] })
  return files.filter((file) => mayHoldModules(relative(directory, file))).sort()
}

const SKIPPED_FOLDERS: ReadonlySet<string> = new Set(['node_modules', 'test', 'tests', '__tests__'])
const SKIPPED_FILES = /\.(?:test|spec)\.[^.]+$|\.d\.[cm]?ts$/

/** Looks at the path below the scanned directory only: where that itself lies is nobody's business. */
function mayHoldModules(path: string): boolean {
  const folders = path.split(sep)
  const file = folders.pop() ?? ''
  const isSkipped = (name: string): boolean => SKIPPED_FOLDERS.has(name) || isHidden(name)
  return !folders.some(isSkipped) && !isHidden(file) && !SKIPPED_FILES.test(file)
}

function isHidden(name: string): boolean {
  return name.startsWith('.') && name !== '..'
}

async function importFile(file: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    // What an import gives is an object with the exports as its properties.
    return (await import(pathToFileURL(file).href)) as Readonly<Record<string, unknown>>
  } catch (error) {
    throw new HostError('SCAN_FAILED', { file, reason: reasonOf(error) }, { cause: error })
  }
}

const USED_TOO_EARLY = /^Cannot access '(.+)' before initialization$/

function reasonOf(error: unknown): string {
  const message = messageOf(error)
  const name = USED_TOO_EARLY.exec(message)?.[1]
  if (name === undefined) return message.replace(/\.$/, '')
  return (
    `"${name}" is used before its file has been loaded, because files import each other in a circle; ` +
    'break the circle with "import type", or name the dependency by its string'
  )
}

function isModuleClass(value: unknown): value is ModuleClass {
  return moduleDefinition(value) !== undefined
}
