import { createHash } from 'node:crypto'
import type { Migration } from '@modkit/core'

/**
 * What stands for the content of a migration in its history row: `<how it was made>:<hash>`.
 *
 * The first part tells checksums of different making apart: they say nothing about each other.
 */
export function migrationChecksum(migration: Migration): string {
  return migration.checksum === undefined
    ? `up2:${hash(substanceOf(migration.up.toString()))}`
    : `text:${hash([migration.checksum])}`
}

/** Whether two checksums prove that a migration was edited. Where they were made differently they prove nothing. */
export function provesEdit(recorded: string, current: string): boolean {
  return recorded !== current && makingOf(recorded) === makingOf(current)
}

function makingOf(checksum: string): string {
  return checksum.slice(0, checksum.indexOf(':'))
}

function hash(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)
}

const TOKEN = new RegExp(
  [
    /\/\/[^\n]*|\/\*[^]*?\*\//, // a comment
    /(?<quote>["'`])(?<text>(?:\\[^]|(?!\k<quote>)[^\\])*)\k<quote>/, // a text
    /\.\s*(?<property>[\p{ID_Start}$_][\p{ID_Continue}$]*)/u, // a property that is read or called
    /!\s*[01](?![\w.])|\bvoid\s+0(?![\w.])/, // true, false and undefined, as tsx and minifiers write them
    /(?<![\w$])(?<number>\.?\d[\w.]*)/,
  ]
    .map((pattern) => pattern.source)
    .join('|'),
  'gu',
)

/**
 * What compilers leave alone in the source of a function: its texts, numbers and property names, in their order.
 *
 * Spaces, comments, quotes, semicolons and the names of variables differ between tsc, swc, esbuild and a minifier; a
 * changed table, column or statement shows in what is left.
 */
function substanceOf(source: string): readonly string[] {
  return [...source.matchAll(TOKEN)].flatMap(({ groups = {} }) => {
    if (groups['text'] !== undefined) return [`"${cooked(groups['text'])}`]
    if (groups['property'] !== undefined) return [`.${groups['property']}`]
    return groups['number'] === undefined ? [] : [valueOf(groups['number'])]
  })
}

/** The number that is meant: tsx and minifiers write 1000 as 1e3. */
function valueOf(number: string): string {
  const value = Number(number.replaceAll('_', ''))
  return Number.isNaN(value) ? number : String(value)
}

/** The text as it is meant: escapes resolved, and what a template inserts left out, since its variables may be renamed. */
function cooked(text: string): string {
  return text
    .replace(/\\([^])/gu, (_, character: string) => ESCAPES[character] ?? character)
    .replace(/\$\{[^}]*\}/gu, '$' + '{}')
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\n': '' }
