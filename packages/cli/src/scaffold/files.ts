import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { HostError } from '@modkit/core'

/** Files to be written: their contents by their paths. */
export type Files = Readonly<Record<string, string>>

/** @throws HostError `SCAFFOLD_FILE_EXISTS` */
export function assertNewFiles(directory: string, files: Files): void {
  const taken = Object.keys(files)
    .map((path) => join(directory, path))
    .filter((path) => existsSync(path))
  if (taken.length > 0) throw new HostError('SCAFFOLD_FILE_EXISTS', { paths: taken })
}

/**
 * Writes files below a directory, or none of them.
 *
 * @throws HostError `SCAFFOLD_FILE_EXISTS`
 */
export function writeNewFiles(directory: string, files: Files): readonly string[] {
  assertNewFiles(directory, files)
  const paths = Object.keys(files).map((path) => join(directory, path))
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true })
    writeFileSync(join(directory, path), content)
  }
  return paths.map((path) => relative(directory, path))
}

export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`
}
