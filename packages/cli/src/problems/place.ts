import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, extname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { upwards } from '../application/find-application.js'

/** A place in a file. */
export interface Place {
  /** Absolute. */
  readonly file: string
  readonly line: number
  readonly column: number
}

const FRAME = /(?:\(|at (?:async )?)((?:file:\/\/|\/|[A-Za-z]:\\)[^()]*?):(\d+):(\d+)\)?$/

/** Where in the application's own files a stack was made; `undefined` where it was not in any. */
export function placeOfStack(stack: string | undefined, directory: string): Place | undefined {
  const places = (stack ?? '').split('\n').flatMap((line) => placeOfFrame(line) ?? [])
  const own = places.filter(({ file }) => !file.includes(`${sep}node_modules${sep}`))
  return own.find(({ file }) => file.startsWith(directory + sep)) ?? own.find(({ file }) => !isOurs(file))
}

/** How a syntax error begins: under Node, and in what esbuild compiles. */
const SYNTAX = /^((?:file:\/\/|\/|[A-Za-z]:\\).+?):(\d+)(?::(\d+): ERROR: .*)?$/

function placeOfFrame(line: string): Place | undefined {
  const [, file, row, column = 1] = FRAME.exec(line.trimEnd()) ?? SYNTAX.exec(line.trimEnd()) ?? []
  if (file === undefined) return undefined
  return { file: file.startsWith('file:') ? fileURLToPath(file) : file, line: Number(row), column: Number(column) }
}

/** Where a value of the configuration is written: `file:line:column`. */
export function placeOfOrigin(origin: unknown, directory: string): Place | undefined {
  if (typeof origin !== 'string') return undefined
  const [, file, row, column] = /^(.+):(\d+):(\d+)$/.exec(origin) ?? []
  if (file === undefined) return undefined
  return { file: join(file.startsWith(sep) ? '' : directory, file), line: Number(row), column: Number(column) }
}

const MISSING = /Cannot find (?:module|package) '(.+?)' imported from (\S+?)\.?$/m

/** Where something that is not there is imported, of which Node names only the file. */
export function placeOfImport(message: string): Place | undefined {
  const [, missing, from] = MISSING.exec(message) ?? []
  if (missing === undefined || from === undefined || !existsSync(from)) return undefined
  const name = basename(missing, extname(missing))
  const lines = readFileSync(from, 'utf8').split('\n')
  const line = lines.findIndex((text) => /\b(?:from|import)\b/.test(text) && text.includes(name))
  return { file: from, line: Math.max(line, 0) + 1, column: Math.max(lines[line]?.indexOf(name) ?? 0, 0) + 1 }
}

/** `src/users.module.ts:9:1`, as editors and terminals make a link of it. */
export function placeText({ file, line, column }: Place, cwd: string): string {
  const near = relative(cwd, file)
  return `${near.startsWith('..') ? file : near}:${String(line)}:${String(column)}`
}

const OURS = ['core', 'gateway', 'grpc', 'db', 'testing', 'cli'].map((name) => `@modkit/${name}`)

/** Whether a file belongs to one of our packages, wherever that is linked to. */
function isOurs(file: string): boolean {
  for (const directory of upwards(dirname(file))) {
    const manifest = join(directory, 'package.json')
    if (!existsSync(manifest)) continue
    const name = /"name":\s*"([^"]+)"/.exec(readFileSync(manifest, 'utf8'))?.[1]
    return OURS.includes(name ?? '')
  }
  return false
}
