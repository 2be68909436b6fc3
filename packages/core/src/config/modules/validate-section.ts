import type { StandardSchemaV1 } from '@standard-schema/spec'
import { messageOf } from '../../errors/error-json.js'
import { HostError } from '../../errors/host-error.js'
import { REDACTED, isSecretKey } from '../../logging/secrets.js'
import { type ConfigNode, type MapNode, leavesOf, nodeAt, toPlain } from '../tree/config-tree.js'
import { type Attempt, issuePath, readTexts, shownIssuePath } from './read-texts.js'
import { hasGuessedNames, jsonSchemaOf, spellBySchema, spellInCamelCase } from './schema-names.js'
import { spreadUnknownKeys } from './unknown-keys.js'

/** A module's `config` section; an empty map where it has none. */
export interface ConfigSection {
  readonly module: string
  readonly node: ConfigNode
}

/**
 * A section through a schema, with the names and the texts that come from the environment fitted to it.
 *
 * @throws HostError `MODULE_CONFIG_INVALID` with every issue and its origin, `SCHEMA_MUST_BE_SYNC`
 */
export function validateSection(schema: StandardSchemaV1, section: ConfigSection): unknown {
  const { node, result } = fitNames(schema, section)
  if (!result.issues) return result.value
  const issues = spreadUnknownKeys(result.issues, schema).filter((issue) => !isUnresolved(node, issuePath(issue)))
  if (issues.length > 0) throw sectionError(issues, { ...section, node })
  // Nobody gets to see it: the variable that is missing has been reported, and ends the start.
  return undefined
}

/** Whether the value at this path is not known, because it asks for a variable that is not set. */
function isUnresolved(node: ConfigNode, path: readonly PropertyKey[]): boolean {
  const found = nodeAt(node, ...path)
  return found?.kind === 'leaf' && found.unresolved === true
}

function fitNames(schema: StandardSchemaV1, section: ConfigSection): Attempt {
  const attempt = (node: ConfigNode): Attempt => readTexts(node, (tree) => validateTree(schema, tree, section))
  if (!hasGuessedNames(section.node)) return attempt(section.node)
  const json = jsonSchemaOf(schema)
  if (json) return attempt(spellBySchema(section.node, json))
  const asGuessed = attempt(section.node)
  if (takesGuesses(asGuessed)) return asGuessed
  const inCamelCase = attempt(spellInCamelCase(section.node))
  return inCamelCase.result.issues ? asGuessed : inCamelCase
}

/** Whether the schema knew every guessed key: one that it drops without a word it did not. */
function takesGuesses({ node, result }: Attempt): boolean {
  return !result.issues && keepsGuesses(node, result.value)
}

function keepsGuesses(node: ConfigNode, output: unknown): boolean {
  if (node.kind !== 'map' || typeof output !== 'object' || output === null) return true
  return [...node.entries].every(([key, child]) => {
    const value: unknown = (output as Readonly<Record<string, unknown>>)[key]
    return (!child.guessed || key in output) && keepsGuesses(child, value)
  })
}

function validateTree(
  schema: StandardSchemaV1,
  tree: ConfigNode,
  section: ConfigSection,
): StandardSchemaV1.Result<unknown> {
  const result = callSchema(schema, tree, section)
  if (!isPromise(result)) return result
  // What it would have said does not count any more, and must not become an unhandled rejection.
  result.catch(() => undefined)
  throw new HostError('SCHEMA_MUST_BE_SYNC', { where: `modules.${section.module}.config` })
}

function callSchema(schema: StandardSchemaV1, tree: ConfigNode, section: ConfigSection) {
  try {
    return schema['~standard'].validate(toPlain(tree))
  } catch (error) {
    const issue = { path: '', message: `the schema threw: ${messageOf(error)}`, origin: tree.origin }
    throw new HostError(
      'MODULE_CONFIG_INVALID',
      { module: section.module, problem: 'schema', issues: [issue] },
      { cause: error },
    )
  }
}

function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return value instanceof Promise || typeof (value as { then?: unknown }).then === 'function'
}

function sectionError(issues: readonly StandardSchemaV1.Issue[], { module, node }: ConfigSection): HostError {
  const told = issues.map((issue) => ({
    path: shownIssuePath(issue),
    message: withoutSecrets(issue, node),
    origin: originOfIssue(node, issuePath(issue)),
  }))
  return new HostError('MODULE_CONFIG_INVALID', { module, problem: 'schema', issues: told })
}

/** Where the value is set, or where what should contain it is. */
function originOfIssue(node: ConfigNode, path: readonly PropertyKey[]): string {
  for (let length = path.length; length > 0; length--) {
    const found = nodeAt(node, ...path.slice(0, length))
    if (found) return found.origin
  }
  return node.origin
}

/** The message of an issue; libraries may quote what they received, and that may be a secret. */
function withoutSecrets(issue: StandardSchemaV1.Issue, node: ConfigNode): string {
  const path = issuePath(issue)
  const value = nodeAt(node, ...path)
  if (!value || !path.some((key) => isSecretKey(String(key)))) return issue.message
  const secrets = [...leavesOf(value)]
    .map((leaf) => leaf.value)
    .filter((text) => typeof text === 'string' && text !== '')
  return secrets.reduce<string>((message, secret) => message.replaceAll(String(secret), REDACTED), issue.message)
}

/** A section that is not written. */
export function emptySection(origin: string): MapNode {
  return { kind: 'map', entries: new Map(), origin, source: {} }
}
