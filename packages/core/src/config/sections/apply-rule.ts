import type { HostError } from '../../errors/host-error.js'
import { nearest } from '../../errors/nearest.js'
import { isDuration } from '../../time/duration.js'
import {
  type ConfigNode,
  type LeafNode,
  type MapNode,
  childPath,
  isPresent,
  mapChildren,
  mapNode,
} from '../tree/config-tree.js'
import { configProblem } from '../tree/config-problem.js'
import { isPlain, objectTree } from '../tree/object-tree.js'
import { type Rule, type SectionRule, ruleBelow } from './rule.js'
import { type TextReading, readBoolean, readJson, readNumber } from './text-readings.js'

export interface RulePlace {
  readonly path: string
  readonly problems: HostError[]
}

/**
 * Holds a tree against a rule and gives it back with the texts of the environment read as what the rule asks for.
 * What does not fit is reported and stays as it is. A `null` fits everywhere: it stands for "not configured".
 */
export function applyRule(node: ConfigNode, rule: Rule, place: RulePlace): ConfigNode {
  if (!isPresent(node)) return node
  switch (rule.kind) {
    case 'anything':
      return node
    case 'text':
      return demand(node, typeof leafValue(node) === 'string', { ...place, reason: textReason(node) })
    case 'number':
      return applyNumber(readText(node, readNumber), rule.min, place)
    case 'boolean':
      return applyBoolean(readText(node, readBoolean), place)
    case 'duration':
      return applyDuration(readText(node, readNumber), place)
    case 'reading':
      return readText(node, rule.read)
    case 'choice':
      return applyChoice(node, rule.words, place)
    case 'list':
    case 'named':
    case 'section':
      return applyBelow(node, rule, place)
  }
}

function demand(node: ConfigNode, fits: boolean, complaint: RulePlace & { readonly reason: string }): ConfigNode {
  const { path, reason, problems } = complaint
  if (!fits) problems.push(configProblem({ path, reason, origin: node.origin }))
  return node
}

function leafValue(node: ConfigNode): unknown {
  return node.kind === 'leaf' ? node.value : undefined
}

/** A text of the environment read as something else, where it can be. */
function readText(node: ConfigNode, read: TextReading): ConfigNode {
  if (node.kind !== 'leaf' || !node.fromText || typeof node.value !== 'string') return node
  const value = read(node.value)
  return value === undefined ? node : { ...node, value }
}

function textReason(node: ConfigNode): string {
  return node.kind === 'leaf' ? 'must be a text; write it in quotes' : 'must be a text'
}

function applyNumber(node: ConfigNode, min: number, place: RulePlace): ConfigNode {
  const value = leafValue(node)
  const fits = typeof value === 'number' && Number.isInteger(value) && value >= min
  return demand(node, fits, { ...place, reason: `must be an integer, ${String(min)} or more` })
}

function applyBoolean(node: ConfigNode, place: RulePlace): ConfigNode {
  return demand(node, typeof leafValue(node) === 'boolean', { ...place, reason: 'must be true or false' })
}

function applyDuration(node: ConfigNode, place: RulePlace): ConfigNode {
  const reason = 'must be a duration: a whole number and ms, s, m or h, such as "500ms" or "45s"'
  return demand(node, isDuration(leafValue(node)), { ...place, reason })
}

function applyChoice(node: ConfigNode, words: readonly string[], place: RulePlace): ConfigNode {
  const value = leafValue(node)
  if (typeof value === 'string' && words.includes(value.toLowerCase()))
    return { ...node, value: value.toLowerCase() } as LeafNode
  place.problems.push(
    configProblem({
      path: place.path,
      reason: `must be one of ${words.join(', ')}`,
      origin: node.origin,
      suggestions: typeof value === 'string' ? nearest(value, words) : [],
    }),
  )
  return node
}

function applyBelow(
  node: ConfigNode,
  rule: Extract<Rule, { kind: 'list' | 'named' | 'section' }>,
  place: RulePlace,
): ConfigNode {
  const wanted = rule.kind === 'list' ? 'list' : 'map'
  const read = sectionOf(readTree(node, place), rule)
  if (read.kind !== wanted) return demand(read, false, { ...place, reason: `must be a ${wanted}` })
  if (rule.kind === 'section' && read.kind === 'map') checkKeys(read, rule, place)
  return mapChildren(read, (child, key) => {
    const below = rule.kind === 'list' ? rule.item : ruleBelow(rule, String(key))
    return below ? applyRule(child, below, { ...place, path: childPath(place.path, key) }) : child
  })
}

/** A section of which only one value is written, as the section that it stands for. */
export function sectionOf(node: ConfigNode, rule: Rule): ConfigNode {
  if (rule.kind !== 'section' || rule.shorthand === undefined || node.kind !== 'leaf') return node
  return mapNode([[rule.shorthand, node]], node.origin)
}

/** A list or a map that the environment gives as JSON. */
function readTree(node: ConfigNode, place: RulePlace): ConfigNode {
  const value = leafValue(readText(node, readJson))
  return isPlain(value) ? objectTree(value, { ...place, origin: node.origin }) : node
}

function checkKeys(node: MapNode, rule: SectionRule, place: RulePlace): void {
  const known = Object.keys(rule.keys)
  for (const [key, { origin }] of rule.open ? [] : node.entries) {
    if (Object.hasOwn(rule.keys, key)) continue
    const reason = `is not a known key; known are ${known.join(', ')}`
    const path = childPath(place.path, key)
    place.problems.push(configProblem({ path, reason, origin, suggestions: nearest(key, known) }))
  }
  for (const key of rule.required ?? []) {
    if (isPresent(node.entries.get(key))) continue
    const reason = 'is required and not there'
    place.problems.push(configProblem({ path: childPath(place.path, key), reason, origin: node.origin }))
  }
}
