import { isErrorLike, messageOf, read } from './error-json.js'
import { isHostError } from './host-error.js'

/**
 * An error as a person reads it on a terminal: code and message, what to do next, then every cause the same way, indented.
 *
 * Only the innermost error that is not one of ours brings its stack: that is where the user's own code failed. Never throws.
 */
export function formatError(error: unknown): string {
  const lines: string[] = []
  const seen = new Set<unknown>()
  let indent = ''
  for (let current = error; current !== undefined && !seen.has(current); current = causeOf(current)) {
    seen.add(current)
    lines.push(
      indentText(describe(current, causeOf(current) === undefined), indent, seen.size > 1 ? 'Caused by: ' : ''),
    )
    indent += '  '
  }
  return lines.join('\n')
}

function describe(error: unknown, innermost: boolean): string {
  if (!isErrorLike(error)) return `A value that is not an error was thrown: ${messageOf(error)}`
  const text = (key: string): string => asText(read(error, key))
  if (isHostError(error)) {
    const hint = text('hint')
    return `${text('code')}: ${messageOf(error)}${hint === '' ? '' : `\n  -> ${hint}`}`
  }
  return (innermost && text('stack')) || `${text('name')}: ${messageOf(error)}`
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function causeOf(error: unknown): unknown {
  return isErrorLike(error) ? read(error, 'cause') : undefined
}

function indentText(text: string, indent: string, prefix: string): string {
  return (prefix + text)
    .split('\n')
    .map((line) => indent + line)
    .join('\n')
}
