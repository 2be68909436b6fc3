import { HostError } from '@modkit/core'

/** A module's name in every spelling that its files need. */
export interface ModuleNames {
  /** `user-notes` */
  readonly kebab: string
  /** `UserNotes` */
  readonly pascal: string
  /** `userNotes` */
  readonly camel: string
  /** `user_notes` */
  readonly snake: string
}

const KEBAB = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/
const LONGEST = 60

/** @throws HostError `SCAFFOLD_NAME_INVALID` */
export function moduleNames(name: string): ModuleNames {
  assertKebab('module', name)
  const pascal = name
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')
  return {
    kebab: name,
    pascal,
    camel: pascal.charAt(0).toLowerCase() + pascal.slice(1),
    snake: name.replaceAll('-', '_'),
  }
}

/** @throws HostError `SCAFFOLD_NAME_INVALID` */
export function assertKebab(what: 'application' | 'module', name: string): void {
  if (!KEBAB.test(name)) {
    const reason = 'a letter from a to z comes first, then small letters, digits and single hyphens'
    throw new HostError('SCAFFOLD_NAME_INVALID', { what, name, reason })
  }
  if (name.length <= LONGEST) return
  throw new HostError('SCAFFOLD_NAME_INVALID', { what, name, reason: `it has more than ${String(LONGEST)} letters` })
}
