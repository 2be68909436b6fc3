import { expandVariables } from './expand-variables.js'
import { type ConfigNode, type LeafNode, isPresent, mapChildren } from '../tree/config-tree.js'
import { sectionOf } from '../sections/apply-rule.js'
import { isPlain } from '../tree/object-tree.js'
import type { ConfigSurroundings } from '../sections/config-surroundings.js'
import { type Rule, ruleBelow } from '../sections/rule.js'
import { readJson } from '../sections/text-readings.js'

type Environment = ConfigSurroundings['env']

/**
 * A layer with its shorthands written out. Layers are laid over each other after this, so that a shorthand in one of them
 * and keys of the section in another one are merged.
 */
export function writtenOut(node: ConfigNode, rule: Rule | undefined, env: Environment): ConfigNode {
  if (rule?.kind !== 'section' && rule?.kind !== 'named') return node
  if (node.kind === 'leaf') return isWholeSection(node, env) ? node : sectionOf(node, rule)
  return mapChildren(node, (child, key) => writtenOut(child, ruleBelow(rule, String(key)), env))
}

/** A `null`, which stays what it is whatever lower layers say, or a text of the environment that is JSON, and says it all. */
function isWholeSection(leaf: LeafNode, env: Environment): boolean {
  if (!isPresent(leaf)) return true
  // What is wrong with its variables is found, and reported, when all layers are expanded.
  const expanded = expandVariables(leaf, '', { env, problems: [] })
  if (expanded.kind !== 'leaf' || !expanded.fromText || typeof expanded.value !== 'string') return false
  return isPlain(readJson(expanded.value))
}
