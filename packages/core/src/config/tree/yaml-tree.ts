import type { Alias, Document, LineCounter, Pair, ParsedNode } from 'yaml'
import type { HostError } from '../../errors/host-error.js'
import { type ConfigNode, type ConfigPath, childPath, leafNode, mapNode } from './config-tree.js'
import { configProblem } from './config-problem.js'
import { allowKey } from './forbidden-keys.js'
import { type YamlLibrary, yamlLibrary } from './yaml-library.js'
import { lineNestedTooDeeply } from './yaml-nesting.js'

/** How often a file may use its anchors: enough for people, too few for a file that unfolds without end. */
const MAX_ALIASES = 1000

/** The file that a text was read from. */
export interface YamlSource {
  /** As origins name it. */
  readonly file: string
  /** Where the document stands in the whole configuration. */
  readonly path: ConfigPath
  readonly problems: HostError[]
}

/** A YAML text as a tree; `undefined` where the document is empty or does not parse, which is then reported. */
export function yamlTree(text: string, source: YamlSource): ConfigNode | undefined {
  const yaml = yamlLibrary()
  const tooDeepLine = lineNestedTooDeeply(text, yaml)
  if (tooDeepLine !== undefined) {
    report(source, { reason: 'is nested too deeply', origin: `${source.file}:${String(tooDeepLine)}` })
    return undefined
  }
  const lines = new yaml.LineCounter()
  const document = yaml.parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const faults = [...document.errors, ...document.warnings]
  for (const { message, pos } of withoutConsequences(faults))
    report(source, { reason: reasonFrom(message), origin: at(pos[0], lines, source) })
  if (faults.length > 0 || document.contents === null) return undefined
  return new TreeBuilder(yaml, { document, lines, source }).build(document.contents, source.path)
}

/** Faults after which the parser still knows where in the text it is. */
const HARMLESS_CODES: ReadonlySet<string> = new Set([
  'BAD_ALIAS',
  'DUPLICATE_KEY',
  'NON_STRING_KEY',
  'TAG_RESOLVE_FAILED',
])

/** One bracket that nothing closes makes a fault of every line that follows: only the first tells anything. */
function withoutConsequences<T extends { readonly code: string; readonly pos: readonly [number, number] }>(
  faults: readonly T[],
): readonly T[] {
  const inOrder = faults.toSorted((one, other) => one.pos[0] - other.pos[0])
  const first = inOrder.findIndex(({ code }) => !HARMLESS_CODES.has(code))
  return first === -1 ? inOrder : inOrder.slice(0, first + 1)
}

interface Fault {
  readonly reason: string
  readonly origin: string
}

function report({ path, problems }: YamlSource, fault: Fault): void {
  problems.push(configProblem({ path, ...fault }))
}

function reasonFrom(message: string): string {
  return `is not legal YAML: ${message.replace(/\.$/, '')}`
}

function at(offset: number | undefined, lines: LineCounter, { file }: YamlSource): string {
  const { line, col } = lines.linePos(offset ?? 0)
  return `${file}:${String(line)}:${String(col)}`
}

interface BuilderParts {
  readonly document: Document.Parsed
  readonly lines: LineCounter
  readonly source: YamlSource
}

type YamlPairs = readonly Pair<ParsedNode, ParsedNode | null>[]

/** Turns the nodes of one parsed document into a tree. */
class TreeBuilder {
  readonly #yaml: YamlLibrary
  readonly #parts: BuilderParts
  /** The anchors being unfolded at this moment. */
  readonly #open = new Set<unknown>()
  #aliases = 0

  constructor(yaml: YamlLibrary, parts: BuilderParts) {
    this.#yaml = yaml
    this.#parts = parts
  }

  build(node: ParsedNode, path: ConfigPath): ConfigNode {
    const origin = this.#origin(node)
    if (this.#yaml.isAlias(node)) return this.#unfold(node, path)
    if (this.#yaml.isScalar(node)) return leafNode(node.value, origin)
    this.#open.add(node)
    const built: ConfigNode = this.#yaml.isMap(node)
      ? mapNode([...this.#mergedEntries(node.items, path), ...this.#entries(node.items, path)], origin)
      : { kind: 'list', items: this.#items(node.items, path), origin }
    this.#open.delete(node)
    return built
  }

  *#entries(pairs: YamlPairs, path: ConfigPath): Generator<[string, ConfigNode]> {
    for (const { key, value } of pairs) {
      if (this.#isMergeKey(key)) continue
      const origin = this.#origin(key)
      if (!this.#yaml.isScalar(key)) {
        report({ ...this.#parts.source, path }, { reason: 'has a key that is not a text', origin })
        continue
      }
      const name = String(key.value)
      if (!allowKey(name, { path, origin, problems: this.#parts.source.problems })) continue
      const built = value === null ? leafNode(null, origin) : this.build(value, childPath(path, name))
      // A block begins on the line after its key, where nobody looks for it.
      yield [name, built.kind === 'leaf' ? built : { ...built, origin }]
    }
  }

  /** What `<<: *base` brings in. It comes first, so that the map's own keys win. */
  *#mergedEntries(pairs: YamlPairs, path: ConfigPath): Generator<[string, ConfigNode]> {
    for (const { key, value } of pairs) if (this.#isMergeKey(key)) yield* this.#entriesOfBases(value ?? key, path)
  }

  /** The entries of one map or of a list of maps, of which the first wins. */
  *#entriesOfBases(value: ParsedNode, path: ConfigPath): Generator<[string, ConfigNode]> {
    const { problems } = this.#parts.source
    const before = problems.length
    const built = this.build(value, path)
    // An alias that cannot be followed has been reported.
    const isReported = problems.length > before
    for (const base of built.kind === 'list' ? built.items.toReversed() : [built]) {
      if (base.kind === 'map') yield* base.entries
      else if (!isReported) this.#refuseBase(base, path)
    }
  }

  #refuseBase({ origin }: ConfigNode, path: ConfigPath): void {
    const reason =
      'merges with "<<" what is no map; write "<<: *anchor" or "<<: [*one, *other]" with the anchors of maps'
    report({ ...this.#parts.source, path }, { reason, origin })
  }

  /** A key in quotes is a text like any other. */
  #isMergeKey(key: ParsedNode): boolean {
    return this.#yaml.isScalar(key) && key.value === '<<' && key.type === 'PLAIN'
  }

  #items(items: readonly ParsedNode[], path: ConfigPath): ConfigNode[] {
    return items.map((item, index) => this.build(item, childPath(path, index)))
  }

  #unfold(alias: Alias, path: ConfigPath): ConfigNode {
    const origin = this.#origin(alias)
    // A parsed document's anchors stand on parsed nodes, and an alias without an anchor is one of the document's errors.
    const target = alias.resolve(this.#parts.document) as ParsedNode | undefined
    const reason = this.#objectionTo(target)
    if (target && reason === undefined) return this.build(target, path)
    report({ ...this.#parts.source, path }, { reason: reason ?? 'is an alias without an anchor', origin })
    return leafNode(null, origin)
  }

  #objectionTo(target: ParsedNode | undefined): string | undefined {
    if (this.#open.has(target)) return 'is an alias of a value that contains it'
    return ++this.#aliases > MAX_ALIASES ? `is one alias too many; a file may use ${String(MAX_ALIASES)}` : undefined
  }

  #origin(node: unknown): string {
    const range = this.#yaml.isNode(node) ? node.range : undefined
    return at(range?.[0], this.#parts.lines, this.#parts.source)
  }
}
