import type { StandardSchemaV1 } from '@standard-schema/spec'
import { HostError } from '../../errors/host-error.js'
import { didYouMean } from '../../errors/nearest.js'
import { applyRule } from './apply-rule.js'
import { toPlain } from '../tree/config-tree.js'
import { objectTree } from '../tree/object-tree.js'
import type { Rule } from './rule.js'

/**
 * The schema of a handful of settings, held against the rules that the core's own sections are held against: for packages
 * whose settings must not cost the start of every program a schema library.
 *
 * The type is the caller's word. Unknown keys are issues that name the nearest known ones.
 */
export function settingsSchema<T extends object>(keys: Readonly<Record<string, Rule>>): StandardSchemaV1<T, T> {
  return { '~standard': { version: 1, vendor: 'modkit', validate: (value) => validate<T>(value, keys) } }
}

function validate<T>(value: unknown, keys: Readonly<Record<string, Rule>>): StandardSchemaV1.Result<T> {
  const problems: HostError[] = []
  const tree = objectTree(value, { origin: '', path: '', problems })
  const checked = applyRule(tree, { kind: 'section', keys }, { path: '', problems })
  if (problems.length > 0) return { issues: problems.map(issueOf) }
  // The rules have let through what the caller says they do.
  return { value: toPlain(checked) as T }
}

function issueOf(problem: HostError): StandardSchemaV1.Issue {
  const told = HostError.find(problem, 'CONFIG_VALUE_INVALID')?.details
  if (told === undefined) return { message: problem.message }
  const { path, reason, suggestions } = told
  const message = suggestions.length > 0 ? `${reason}. ${didYouMean(suggestions)}` : reason
  return { message, path: path === '' ? [] : path.split('.') }
}
