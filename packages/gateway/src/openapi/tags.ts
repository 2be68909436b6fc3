import type { Operation } from '@modkit/core/spi'

/** The tags of an operation: its module, then those of its own. */
export function tagsOf({ owner, tags }: Operation): string[] {
  return [...new Set([owner.module, ...tags])]
}

/** Every tag of the document: the modules, sorted, then the others, sorted. */
export function documentTags(operations: readonly Operation[]): { readonly name: string }[] {
  const modules = new Set(operations.map(({ owner }) => owner.module))
  const others = new Set(operations.flatMap(({ tags }) => tags).filter((tag) => !modules.has(tag)))
  return [...[...modules].sort(), ...[...others].sort()].map((name) => ({ name }))
}
