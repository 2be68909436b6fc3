import type { HostError } from '../../errors/host-error.js'
import { type ConfigNode, type ConfigPath, type LeafNode, childPath, mapChildren } from '../tree/config-tree.js'
import { configProblem } from '../tree/config-problem.js'

/** An escape, a variable, or a beginning that is neither. */
const REFERENCE = /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)\}|\$\{/g

export interface Expansion {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly problems: HostError[]
}

/** The tree with every `${NAME}` in a text replaced by the environment variable, and every `$${` by `${`. */
export function expandVariables(node: ConfigNode, path: ConfigPath, expansion: Expansion): ConfigNode {
  if (node.kind === 'leaf') return expandLeaf(node, path, expansion)
  return mapChildren(node, (child, key) => expandVariables(child, childPath(path, key), expansion))
}

/** The variables that a text asks for, before it is expanded. */
export function variableNames(written: string): readonly string[] {
  return [...written.matchAll(REFERENCE)].flatMap(([, name]) => name ?? [])
}

function expandLeaf(node: LeafNode, path: ConfigPath, { env, problems }: Expansion): LeafNode {
  const { value: written, origin } = node
  if (typeof written !== 'string' || !written.includes('${')) return node
  const variables: string[] = []
  const before = problems.length
  const complain = (reason: string, remedy?: string): void =>
    void problems.push(configProblem({ path, reason, origin, ...(remedy !== undefined && { remedy }) }))
  const value = written.replaceAll(REFERENCE, (reference: string, name: string | undefined) => {
    if (reference === '$${') return '${'
    if (name === undefined) complain('has a "${" that begins no variable; write "$${" for the characters themselves')
    else if (env[name] === undefined)
      complain(
        `asks for the environment variable ${name}, which is not set`,
        `Set ${name}, or write "$\${" for the characters themselves.`,
      )
    else variables.push(name)
    return name === undefined ? reference : (env[name] ?? reference)
  })
  return {
    ...node,
    value,
    written,
    ...(variables.length > 0 && { fromText: true, variables }),
    ...(problems.length > before && { unresolved: true }),
  }
}
