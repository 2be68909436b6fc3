const PLACE = 'place'
const DAMAGED = 'damaged'

/** Which advice of the catalogue fits, by what SQLite or the file system calls the error. */
const ADVICE: readonly (readonly [RegExp, string])[] = [
  [/^(?:SQLITE_FULL|ENOSPC|EDQUOT)/, 'full'],
  [/^SQLITE_(?:CORRUPT|NOTADB)/, DAMAGED],
  [/^(?:SQLITE_(?:CANTOPEN|PERM|READONLY)|EACCES|EPERM|EROFS|ENOTDIR|EEXIST|ENOENT)/, PLACE],
  [/^SQLITE_IOERR/, 'disk'],
]

/** `undefined` where the error itself says enough. */
export function sqliteAdvice(error: unknown): string | undefined {
  const { code } = (error ?? {}) as { readonly code?: unknown }
  return typeof code === 'string' ? ADVICE.find(([codes]) => codes.test(code))?.[1] : undefined
}
