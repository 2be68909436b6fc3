import { readFileSync } from 'node:fs'
import type { RecordedLine } from './recorded-log.js'

/** One row of a table of log lines. */
export interface DocumentedLine {
  readonly level: string
  /** With `{x}` where a value stands. */
  readonly text: string
  readonly fields: readonly string[]
  /** Fields that may be absent. */
  readonly optionalFields: readonly string[]
  /** Who holds the row: `run` or `source`; in the table of other packages the package. */
  readonly heldBy: string
}

/** The rows of the first table below a heading of a page. */
export function tableBelow(page: URL, heading: string): readonly (readonly string[])[] {
  const [, below = ''] = readFileSync(page, 'utf8').split(`\n${heading}\n`)
  const [section = ''] = below.split(/^#/m)
  const rows = section.split('\n').filter((line) => line.startsWith('|'))
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}

export function documentedLines(page: URL, heading: string): readonly DocumentedLine[] {
  return tableBelow(page, heading).map(([level = '', text = '', fields = '', , heldBy = '']) => {
    const names = codes(fields)
    return {
      level,
      text: codes(text)[0] ?? '',
      fields: names.filter((name) => !name.endsWith('?')),
      optionalFields: names.filter((name) => name.endsWith('?')).map((name) => name.slice(0, -1)),
      heldBy,
    }
  })
}

/** Whether a line is an instance of a row: its level, its text, and exactly its fields. */
export function isInstance({ level, message, fields }: RecordedLine, row: DocumentedLine): boolean {
  const names = Object.keys(fields)
  const known = [...row.fields, ...row.optionalFields]
  return (
    level === row.level &&
    patternOf(row.text, /\{\w+\}/).test(message) &&
    row.fields.every((name) => names.includes(name)) &&
    names.every((name) => known.includes(name))
  )
}

/** A text with placeholders as a pattern in which they stand for anything. */
export function patternOf(text: string, placeholder: RegExp): RegExp {
  const pieces = text.replaceAll('\\n', '\n').split(placeholder)
  return new RegExp(`^${pieces.map((piece) => piece.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('[^]*')}$`)
}

function codes(cell: string): readonly string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code)
}
