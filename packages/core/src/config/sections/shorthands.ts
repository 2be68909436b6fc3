import { expandVariables } from '../layers/expand-variables.js'
import { type ConfigNode, type LeafNode, isPresent, mapChildren, mapNode } from '../tree/config-tree.js'
import { isPlain } from '../tree/object-tree.js'
import type { ConfigSurroundings } from './config-surroundings.js'
import { type Rule, ruleBelow } from './rule.js'
import { readJson } from './text-readings.js'

type Environment = ConfigSurroundings['env']

/** A section of which only one value is written, as the section that it stands for. */
export function sectionOf(node: ConfigNode, rule: Rule): ConfigNode {
  if (rule.kind !== 'section' || rule.shorthand === undefined || node.kind !== 'leaf') return node
  return mapNode([[rule.shorthand, node]], node.origin)
}

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
