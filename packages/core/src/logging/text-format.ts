import type { LogLevel } from '../context/logger.js'
import { isErrorLike } from '../errors/error-json.js'
import { formatError } from '../errors/error-text.js'
import type { LogRecord } from './log-record.js'
import { isSecret, plainFields, plainValue } from './plain-fields.js'
import { redactText } from './secret-text.js'

const LEVEL_COLOURS: Readonly<Record<LogLevel, number>> = { error: 31, warn: 33, info: 32, debug: 34, trace: 90 }
const DIM = 2
const LONGEST_LEVEL = 5

/** A value that reads unambiguously without quotes. */
const BARE_VALUE = /^[\w.:/@+*#%-]+$/

export interface TextFormatOptions {
  /** Whether to colour the line for a terminal. */
  readonly colours: boolean
}

/**
 * A line for people: time, level, module, message, then `key=value`. An error follows on lines of its own, indented, as
 * does a message of several lines, so that no text can pass for a line of its own.
 */
export function formatText(record: LogRecord, options: TextFormatOptions): string {
  const paint = options.colours ? colour : asIs
  const level = record.level.toUpperCase().padEnd(LONGEST_LEVEL)
  const entries = Object.entries(record.fields)
  const errors = entries.filter(isErrorEntry)
  const others =
    errors.length === 0 ? record.fields : Object.fromEntries(entries.filter((entry) => !isErrorEntry(entry)))
  return [
    paint(DIM, new Date(record.time).toISOString()),
    ` ${paint(LEVEL_COLOURS[record.level], level)} ${paint(DIM, record.module)} `,
    indent(String(plainValue(record.message)), '  '),
    ...Object.entries(plainFields(others)).map(([key, value]) => formatField(key, value, paint)),
    ...errors.map(([key, error]) => `\n  ${key}: ${indent(redactText(formatError(error)), '    ')}`),
  ].join('')
}

function isErrorEntry([key, value]: readonly [string, unknown]): boolean {
  return isErrorLike(value) && !isSecret(key, value)
}

type Paint = (code: number, text: string) => string

function colour(code: number, text: string): string {
  return `\u001B[${String(code)}m${text}\u001B[0m`
}

function asIs(_code: number, text: string): string {
  return text
}

function formatField(key: string, value: unknown, paint: Paint): string {
  return value === undefined ? '' : ` ${paint(DIM, `${bare(key)}=`)}${formatValue(value)}`
}

function formatValue(value: unknown): string {
  return typeof value === 'string' ? bare(value) : printable(JSON.stringify(value))
}

function bare(text: string): string {
  return BARE_VALUE.test(text) ? text : printable(JSON.stringify(text))
}

function indent(text: string, by: string): string {
  return printable(text).replaceAll('\n', `\n${by}`)
}

/** The text without control characters, which could move the cursor of a terminal or forge a line. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) => {
    if (character === '\n' || character === '\t') return character
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`
  })
}
