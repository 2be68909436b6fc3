/** A scope for clients that belong to a registered type, kept apart from scopes of other kinds by its prefix. */
export function gtsScope(id: string): string {
  return `gts:${id}`
}
