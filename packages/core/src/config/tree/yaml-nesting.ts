import type { YamlLibrary } from './yaml-library.js'

/** Deeper than people write, and shallow enough for a parser that recurses. */
const MAX_DEPTH = 200

/** Announces that the next token is the text of a scalar. */
const SCALAR = '\u001f'

/** The line from which on a text nests too deeply to be parsed: that could end the process. `undefined` where it never does. */
export function lineNestedTooDeeply(text: string, yaml: YamlLibrary): number | undefined {
  let line = 1
  let brackets = 0
  // A list in a list may be written on one line, "- - -"; deeper ones by indentation would take a huge file.
  let dashes = 0
  let before = ''
  for (const token of new yaml.Lexer().lex(text)) {
    if (before !== SCALAR) {
      if (token === '[' || token === '{') brackets++
      if (token === ']' || token === '}') brackets--
      if (token === '-') dashes++
      if (token.includes('\n')) dashes = 0
    }
    if (brackets + dashes > MAX_DEPTH) return line
    line += token.split('\n').length - 1
    before = token
  }
  return undefined
}
