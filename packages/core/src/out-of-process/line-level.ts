import { logLevels, type LogLevel } from '../context/logger.js'

/**
 * How serious a line of a child's output is: what its JSON says under `level`; else its second word, where that is the
 * name of a level, all in capitals or all in small letters; else `info`.
 */
export function levelOfLine(line: string): LogLevel {
  return levelOfJson(line.trim()) ?? levelOfText(line) ?? 'info'
}

function levelOfJson(line: string): LogLevel | undefined {
  if (!line.startsWith('{') || !line.includes('"level"')) return undefined
  try {
    const { level } = JSON.parse(line) as { readonly level?: unknown }
    return typeof level === 'string' ? levelNamed(level.toLowerCase()) : undefined
  } catch {
    // Not JSON after all: a line of text that begins with a brace.
    return undefined
  }
}

function levelOfText(line: string): LogLevel | undefined {
  const word = /^\s*\S+\s+(\S+)/.exec(line)?.[1] ?? ''
  const level = levelNamed(word.toLowerCase())
  return level !== undefined && (word === level || word === level.toUpperCase()) ? level : undefined
}

function levelNamed(name: string): LogLevel | undefined {
  return logLevels.find((level) => level === name)
}
