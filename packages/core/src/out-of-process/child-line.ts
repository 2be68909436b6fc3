import { logLevels, type LogFields, type LogLevel } from '../context/logger.js'

/** What a line of a child's output says. */
export interface ChildLine {
  readonly level: LogLevel
  readonly message: string
  /** Of a line that our own logger wrote: who said it. */
  readonly module?: string
  /** Of such a line: everything else that it carries, the id of its trace included. */
  readonly fields?: LogFields
}

/**
 * Reads one line of a child's output. A line that is an object as our own logger writes them with `console_format: json`
 * is read as what it was before it became a line; of any other line the message is the line itself, as it is, at the level
 * that it names: what its JSON says under `level`; else its second word, where that is the name of a level, all in
 * capitals or all in small letters; else `info`.
 */
export function readChildLine(line: string): ChildLine {
  const json = jsonOf(line.trim())
  const level = json && levelOfJson(json)
  if (json && level && isOwn(json)) return ownLine(json, level)
  return { level: level ?? levelOfText(line) ?? 'info', message: line }
}

type Json = Readonly<Record<string, unknown>>

function jsonOf(line: string): Json | undefined {
  if (!line.startsWith('{') || !line.includes('"level"')) return undefined
  try {
    return JSON.parse(line) as Json
  } catch {
    // Not JSON after all: a line of text that begins with a brace.
    return undefined
  }
}

function levelOfJson({ level }: Json): LogLevel | undefined {
  return typeof level === 'string' ? levelNamed(level.toLowerCase()) : undefined
}

interface OwnJson extends Json {
  readonly module: string
  readonly message: string
}

/** The keys of `logging/json-format.ts`, which are asked for all at once so that nobody else's JSON is taken for ours. */
function isOwn(json: Json): json is OwnJson {
  const { time, module, message, fields = {} } = json
  return [time, module, message].every((value) => typeof value === 'string') && isObject(fields)
}

/** What others add on the way, such as the id of a trace, stays with the line. */
function ownLine(json: OwnJson, level: LogLevel): ChildLine {
  const { time: _time, level: _level, module, message, fields, ...others } = json
  return { level, message, module, fields: { ...others, ...(fields as LogFields | undefined) } }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function levelOfText(line: string): LogLevel | undefined {
  const word = /^\s*\S+\s+(\S+)/.exec(line)?.[1] ?? ''
  const level = levelNamed(word.toLowerCase())
  return level !== undefined && (word === level || word === level.toUpperCase()) ? level : undefined
}

function levelNamed(name: string): LogLevel | undefined {
  return logLevels.find((level) => level === name)
}
