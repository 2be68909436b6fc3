import { readFileSync, readdirSync } from 'node:fs'
import { join, parse, relative, resolve } from 'node:path'
import { messageOf } from '../../errors/error-json.js'
import { HostError } from '../../errors/host-error.js'
import { type ConfigNode, type ConfigPath, childPath, mapNode } from '../tree/config-tree.js'
import { configProblem } from '../tree/config-problem.js'
import { yamlTree } from '../tree/yaml-tree.js'

export interface FileOptions {
  /** Relative paths start here, and origins name files relative to it. */
  readonly cwd: string
  readonly problems: HostError[]
}

/**
 * The configuration file as a tree.
 *
 * @throws HostError `CONFIG_FILE_NOT_FOUND`
 */
export function readConfigFile(path: string, options: FileOptions): ConfigNode | undefined {
  const file = resolve(options.cwd, path)
  const text = readText(file, '', options)
  if (text === undefined) throw new HostError('CONFIG_FILE_NOT_FOUND', { file })
  return yamlTree(text, { file: shownPath(file, options.cwd), path: '', problems: options.problems })
}

/**
 * The files of `modules_dir` as a tree `modules.<stem>`; `undefined` where the directory does not exist.
 * Each `*.yml` or `*.yaml`, in either case of letters, is one module's entry; directories below are not read.
 */
export function readModulesDir(directory: string, options: FileOptions): ConfigNode | undefined {
  const names = readDirectory(directory, options)
    ?.filter((name) => /\.ya?ml$/i.test(name))
    .sort()
  if (!names) return undefined
  const origin = shownPath(directory, options.cwd)
  const entries = new Map<string, ConfigNode>()
  for (const name of names) {
    const module = parse(name).name
    const path = childPath('modules', module)
    if (entries.has(module)) options.problems.push(secondFile(path, join(origin, name)))
    else entries.set(module, readEntry(join(directory, name), path, options))
  }
  return mapNode([['modules', mapNode(entries, origin)]], origin)
}

function readEntry(file: string, path: ConfigPath, options: FileOptions): ConfigNode {
  const shown = shownPath(file, options.cwd)
  const text = readText(file, path, options) ?? ''
  return yamlTree(text, { file: shown, path, problems: options.problems }) ?? mapNode([], shown)
}

function secondFile(path: ConfigPath, file: string): HostError {
  return configProblem({ path, reason: 'has two files in modules_dir', origin: file })
}

function readText(file: string, path: ConfigPath, options: FileOptions): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (isMissing(error)) return undefined
    options.problems.push(unreadable(file, path, { error, cwd: options.cwd }))
    return ''
  }
}

function readDirectory(directory: string, options: FileOptions): string[] | undefined {
  try {
    const entries = readdirSync(directory, { withFileTypes: true })
    return entries.filter((entry) => !entry.isDirectory()).map((entry) => entry.name)
  } catch (error) {
    if (!isMissing(error)) options.problems.push(unreadable(directory, 'modules_dir', { error, cwd: options.cwd }))
    return undefined
  }
}

function unreadable(file: string, path: ConfigPath, failure: { error: unknown; cwd: string }): HostError {
  const reason = `cannot be read: ${messageOf(failure.error)}`
  return configProblem({ path, reason, origin: shownPath(file, failure.cwd), cause: failure.error })
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT'
}

/** A path as people know it: relative where it lies below the working directory. */
function shownPath(file: string, cwd: string): string {
  const short = relative(cwd, file)
  return short === '' || short.startsWith('..') ? file : short
}
