import { inTurns } from '../in-turns.js'

/** How deep a document is written piece by piece: down to the single operation and the single schema. */
const PIECE_DEPTH = 2

interface Piece {
  readonly key: string
  readonly value: unknown
  readonly depth: number
}

/** A document as YAML, written piece by piece: as a whole, a large one would keep everything else waiting for seconds. */
export async function yamlText(document: object): Promise<string> {
  const { stringify } = await import('yaml')
  // A text stays a text also to a parser of YAML 1.1, and nothing is said by reference to elsewhere.
  const options = { compat: 'yaml-1.1', aliasDuplicateObjects: false, lineWidth: 0 } as const
  const lines = await inTurns(piecesOf(document, 0), ({ key, value, depth }) => {
    const isHead = value === undefined
    const text = isHead ? `${stringify(key, options).trimEnd()}:\n` : stringify({ [key]: value }, options)
    return text.replace(/^(?=.)/gm, '  '.repeat(depth))
  })
  return lines.join('')
}

/** A piece without a value is the head of those that follow it. */
function piecesOf(value: object, depth: number): Piece[] {
  return Object.entries(value).flatMap(([key, below]: [string, unknown]) =>
    depth < PIECE_DEPTH && isMap(below)
      ? [{ key, value: undefined, depth }, ...piecesOf(below, depth + 1)]
      : [{ key, value: below, depth }],
  )
}

function isMap(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0
}
