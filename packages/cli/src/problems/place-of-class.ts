import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Place } from './place.js'

/** More files than this are not read for one place. */
const MOST_FILES = 5_000
const SOURCE = /(?<!\.d)\.[cm]?[jt]sx?$/
const NOT_WRITTEN_HERE = new Set(['node_modules', 'dist', 'coverage'])

/** Where a class is declared of which only the name is known; `undefined` where no file below the directory has it. */
export function placeOfClass(name: string, directory: string): Place | undefined {
  if (!/^\w+$/.test(name)) return undefined
  // Lines of comments speak of classes, too.
  const declaration = new RegExp(`^(?!\\s*(?:/[*/]|\\*)).*\\bclass ${name}\\b`)
  for (const file of sourcesBelow(directory, { left: MOST_FILES })) {
    const lines = readFileSync(file, 'utf8').split('\n')
    const line = lines.findIndex((text) => declaration.test(text))
    if (line >= 0) return { file, line: line + 1, column: (lines[line] ?? '').indexOf(`class ${name}`) + 1 }
  }
  return undefined
}

function* sourcesBelow(directory: string, budget: { left: number }): Generator<string> {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name)
    if (budget.left <= 0) return
    budget.left -= 1
    if (entry.isDirectory() && !entry.name.startsWith('.') && !NOT_WRITTEN_HERE.has(entry.name)) {
      yield* sourcesBelow(path, budget)
    } else if (entry.isFile() && SOURCE.test(entry.name)) yield path
  }
}
