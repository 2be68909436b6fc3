import type { StandardSchemaV1 } from '@standard-schema/spec'
import { type ConfigNode, type LeafNode, childPath, mapChildren, nodeAt } from '../tree/config-tree.js'
import { type TextReading, readBoolean, readJson, readNumber } from '../sections/text-readings.js'

/** A tree and what the schema says about it. */
export interface Attempt {
  readonly node: ConfigNode
  readonly result: StandardSchemaV1.Result<unknown>
}

export type Validate = (node: ConfigNode) => StandardSchemaV1.Result<unknown>

/** What a text looks like, for a schema that only says that the whole does not fit, as unions do. */
const readAsItLooks: TextReading = (text) => readNumber(text) ?? readBoolean(text) ?? readJson(text)

const READINGS: readonly TextReading[] = [readNumber, readBoolean, readJson, readAsItLooks]

/** A text that an issue points at, or stands below where one points at. */
interface Suspect {
  readonly leaf: LeafNode
  readonly path: readonly PropertyKey[]
}

/**
 * Lets a schema decide what the texts of the environment are. Each text that it objects to is offered as a number, a
 * boolean and JSON, and stays what satisfies the schema first; the others stay texts. All suspects are tried together,
 * so the number of validations does not grow with them.
 */
export function readTexts(node: ConfigNode, validate: Validate): Attempt {
  let best: Attempt = { node, result: validate(node) }
  for (let before: Attempt | undefined; before !== best;) {
    before = best
    for (const read of READINGS) best = improve(best, read, validate)
  }
  return best
}

/** The attempt with those suspects read that then raise no issue any more; the same attempt where there are none. */
function improve(best: Attempt, read: TextReading, validate: Validate): Attempt {
  const suspects = suspectsOf(best)
  const readings = new Map(suspects.map(({ leaf }) => [leaf, readLeaf(leaf, read)]))
  const readable = suspects.filter(({ leaf }) => readings.get(leaf) !== leaf)
  if (readable.length === 0) return best
  const { issues = [] } = validate(replaceLeaves(best.node, readings))
  const settled = readable.filter(({ path }) => !issues.some((issue) => touches(path, issuePath(issue))))
  if (settled.length === 0) return best
  const kept = new Map(settled.map(({ leaf }) => [leaf, readings.get(leaf) ?? leaf]))
  const node = replaceLeaves(best.node, kept)
  return { node, result: validate(node) }
}

function readLeaf(leaf: LeafNode, read: TextReading): LeafNode {
  const value = typeof leaf.value === 'string' ? read(leaf.value) : undefined
  if (value === undefined) return leaf
  const { fromText: _, ...rest } = leaf
  return { ...rest, value }
}

function replaceLeaves(node: ConfigNode, replacements: ReadonlyMap<LeafNode, LeafNode>): ConfigNode {
  if (node.kind === 'leaf') return replacements.get(node) ?? node
  return mapChildren(node, (child) => replaceLeaves(child, replacements))
}

function suspectsOf({ node, result }: Attempt): Suspect[] {
  const suspects = new Map<LeafNode, Suspect>()
  for (const issue of result.issues ?? []) {
    const path = issuePath(issue)
    for (const suspect of textsBelow(nodeAt(node, ...path), path)) suspects.set(suspect.leaf, suspect)
  }
  return [...suspects.values()]
}

function* textsBelow(node: ConfigNode | undefined, path: readonly PropertyKey[]): Generator<Suspect> {
  if (node?.kind === 'leaf' && node.fromText) yield { leaf: node, path }
  if (node?.kind === 'map') for (const [key, child] of node.entries) yield* textsBelow(child, [...path, key])
  if (node?.kind === 'list')
    for (const [index, child] of node.items.entries()) yield* textsBelow(child, [...path, index])
}

/** Whether one of the two paths leads through the other. */
function touches(a: readonly PropertyKey[], b: readonly PropertyKey[]): boolean {
  const length = Math.min(a.length, b.length)
  return a.slice(0, length).every((key, index) => String(key) === String(b[index]))
}

/** The keys that an issue points at. */
export function issuePath({ path = [] }: StandardSchemaV1.Issue): readonly PropertyKey[] {
  return path.map((segment) => (typeof segment === 'object' ? segment.key : segment))
}

/** The same for people: `servers.0.port`. */
export function shownIssuePath(issue: StandardSchemaV1.Issue): string {
  return issuePath(issue).reduce<string>((path, key) => childPath(path, String(key)), '')
}
