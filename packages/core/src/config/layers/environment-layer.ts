import type { HostError } from '../../errors/host-error.js'
import { type ConfigNode, type LeafNode, childPath, nodeAt } from '../tree/config-tree.js'
import { configProblem } from '../tree/config-problem.js'
import { allowKey } from '../tree/forbidden-keys.js'
import { FoldedNames, foldName } from '../tree/name-matching.js'
import { type Rule, ruleBelow, spellGuess } from '../sections/rule.js'

const PREFIX = 'APP__'
const SEPARATOR = '__'

/** The `APP__` variables as a tree of their own names: which keys they mean is known when the other layers are. */
export interface EnvironmentBranch {
  /** As the variable spells it. */
  readonly segment: string
  /** The variable that named this place first. */
  readonly variable: string
  /** Set where a variable ends here. */
  value?: string
  /** By folded segment. */
  readonly children: Map<string, EnvironmentBranch>
}

/** Every variable that starts with `APP__`; `undefined` where there is none. */
export function environmentBranch(
  env: Readonly<Record<string, string | undefined>>,
  problems: HostError[],
): EnvironmentBranch | undefined {
  const names = Object.keys(env).filter((name) => name.startsWith(PREFIX))
  if (names.length === 0) return undefined
  const root: EnvironmentBranch = { segment: '', variable: 'APP__', children: new Map() }
  // Sorted, so that which of two clashing variables is reported does not depend on the shell.
  for (const name of names.sort()) {
    const objection = addVariable(root, name, env[name] ?? '')
    if (objection) problems.push(configProblem({ path: '', reason: objection, origin: originOf(name) }))
  }
  return root
}

/** Grows the tree by one variable; says what is wrong with its name. */
function addVariable(root: EnvironmentBranch, variable: string, value: string): string | undefined {
  const segments = variable.slice(PREFIX.length).split(SEPARATOR)
  if (segments.includes('')) return 'has a variable whose name has an empty part'
  let branch = root
  for (const segment of segments) {
    if (branch.value !== undefined) return clash(branch)
    const folded = foldName(segment)
    const next = branch.children.get(folded) ?? { segment, variable, children: new Map<string, EnvironmentBranch>() }
    branch.children.set(folded, next)
    branch = next
  }
  if (branch.value !== undefined || branch.children.size > 0) return clash(branch)
  branch.value = value
  return undefined
}

function clash(branch: EnvironmentBranch): string {
  return `has two variables for the same value; the other one is ${branch.variable}`
}

function originOf(variable: string): string {
  return `environment variable ${variable}`
}

/** The other layers at the place where a branch is put, and what the core knows about that place. */
export interface BranchPlace {
  /** What the other layers say here. */
  readonly others: readonly (ConfigNode | undefined)[]
  readonly rule: Rule | undefined
  readonly path: string
  readonly problems: HostError[]
}

/**
 * The variables as a layer that fits the others: a part of a name means the key that another layer writes or that the
 * core knows, whichever is equal but for case, `-` and `_`. Where neither knows one, the usual spelling is guessed.
 */
export function placeBranch(branch: EnvironmentBranch, place: BranchPlace): ConfigNode {
  const origin = originOf(branch.variable)
  if (branch.value !== undefined) return textLeaf(branch.value, origin)
  const known = new FoldedNames(knownKeys(place))
  const entries = new Map<string, ConfigNode>()
  for (const child of branch.children.values()) {
    const match = known.find(child.segment)
    const key = match ?? spellGuess(place.rule, child.segment)
    if (!allowKey(key, { path: place.path, origin, problems: place.problems })) continue
    const node = placeBranch(child, placeBelow(place, key))
    entries.set(key, match === undefined ? { ...node, guessed: true } : node)
  }
  return { kind: 'map', entries, origin }
}

function textLeaf(value: string, origin: string): LeafNode {
  return { kind: 'leaf', value, origin, fromText: true }
}

function* knownKeys({ others, rule }: BranchPlace): Generator<string> {
  for (const other of others) if (other?.kind === 'map') yield* other.entries.keys()
  if (rule?.kind === 'section') yield* Object.keys(rule.keys)
}

function placeBelow(place: BranchPlace, key: string): BranchPlace {
  return {
    ...place,
    others: place.others.map((other) => nodeAt(other, key)),
    rule: ruleBelow(place.rule, key),
    path: childPath(place.path, key),
  }
}
