import { HostError } from '../errors/host-error.js'

interface Objection {
  readonly reason: string
  readonly suggestion?: string
}

/**
 * Checks that a module name is kebab-case: a lower-case letter first, then lower-case letters, digits and single hyphens.
 *
 * @throws HostError `MODULE_NAME_INVALID`, with a suggestion where there is an obvious one
 */
export function assertModuleName(name: unknown): asserts name is string {
  const objection = objectionTo(name)
  if (objection) throw new HostError('MODULE_NAME_INVALID', { name: String(name), ...objection })
}

function objectionTo(name: unknown): Objection | undefined {
  if (typeof name !== 'string') return { reason: 'the option "name" is required and must be a text' }
  if (name === '') return { reason: 'it is empty' }
  if (name.includes('_'))
    return { reason: 'names are kebab-case, not snake_case', ...suggest(name.replaceAll('_', '-')) }
  const first = name.charAt(0)
  if (!/[a-z]/.test(first)) return { reason: `it must start with a letter a-z, not "${first}"`, ...suggest(name) }
  if (name.endsWith('-')) return { reason: 'it must not end with "-"', ...suggest(name) }
  if (name.includes('--')) return { reason: 'it must not contain "--"', ...suggest(name) }
  const illegal = /[^a-z0-9-]/.exec(name)
  if (illegal) return { reason: `it contains "${illegal[0]}"; legal are a-z, 0-9 and "-"`, ...suggest(name) }
  return undefined
}

/** The nearest legal name, if there is one. */
function suggest(name: string): Pick<Objection, 'suggestion'> {
  const suggestion = name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
  return suggestion === '' ? {} : { suggestion }
}
