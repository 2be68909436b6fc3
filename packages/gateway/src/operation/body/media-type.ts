/** Whether a media type is the accepted one; `image/*` accepts all of a kind, and `*` on both sides anything. Both in lower case. */
export function matchesMediaType(accepted: string, type: string): boolean {
  if (accepted === '*/*') return type !== ''
  return accepted === type || (accepted.endsWith('/*') && type.startsWith(accepted.slice(0, -1)))
}
