import type { HostError } from '../../errors/host-error.js'
import { type ConfigNode, childPath, isPresent, nodeAt, toPlain } from '../tree/config-tree.js'
import { configProblem } from '../tree/config-problem.js'
import { absolutePath } from './directories.js'
import type { ConfigSurroundings } from './config-surroundings.js'
import { isDuration, parseDuration } from '../../time/duration.js'

/** One section whose kinds have been checked, and what is needed to make sense of its values. */
export interface Section {
  readonly node: ConfigNode | undefined
  readonly path: string
  readonly surroundings: ConfigSurroundings
  readonly problems: HostError[]
}

/** The section below a key. */
export function sectionAt(section: Section, key: string): Section {
  return { ...section, node: nodeAt(section.node, key), path: childPath(section.path, key) }
}

/** What is there as plain data; `undefined` where nothing, or `null`, is. */
export function plainAt(section: Section, key: string): unknown {
  const node = nodeAt(section.node, key)
  return isPresent(node) ? toPlain(node) : undefined
}

// A value of another kind has been reported by the rules, and the configuration is never handed out.
export function textAt(section: Section, key: string): string | undefined {
  const value = plainAt(section, key)
  return typeof value === 'string' ? value : undefined
}

export function numberAt(section: Section, key: string): number | undefined {
  const value = plainAt(section, key)
  return typeof value === 'number' ? value : undefined
}

export function durationAt(section: Section, key: string): number | undefined {
  const value = plainAt(section, key)
  return isDuration(value) ? parseDuration(value, childPath(section.path, key)) : undefined
}

/** A path made absolute; reported where it starts with `~` and no home is known. */
export function pathAt(section: Section, key: string): string | undefined {
  const written = textAt(section, key)
  if (written === undefined) return undefined
  const path = written === '' ? undefined : absolutePath(written, section.surroundings)
  if (path === undefined) section.problems.push(pathProblem(section, key, written))
  return path
}

function pathProblem(section: Section, key: string, written: string): HostError {
  const reason = written === '' ? 'must not be empty' : 'starts with "~", and no home directory is known'
  const origin = nodeAt(section.node, key)?.origin ?? 'default'
  return configProblem({ path: childPath(section.path, key), reason, origin })
}
