const PLACE = 'Check that the directory is there, and that this process may read and write it.'
const DAMAGED = 'Restore the file from a backup; ".recover" of the sqlite3 tool saves what can still be read.'

/** What to do, by what SQLite or the file system calls the error. */
const ADVICE: readonly (readonly [RegExp, string])[] = [
  [
    /^(?:SQLITE_FULL|ENOSPC|EDQUOT)/,
    'Make room on the disk. What the statement, or its transaction, had written is undone.',
  ],
  [/^SQLITE_(?:CORRUPT|NOTADB)/, DAMAGED],
  [/^(?:SQLITE_(?:CANTOPEN|PERM|READONLY)|EACCES|EPERM|EROFS|ENOTDIR|EEXIST|ENOENT)/, PLACE],
  [/^SQLITE_IOERR/, 'Look for errors of the disk in the log of the system.'],
]

/** `undefined` where the error itself says enough. */
export function sqliteAdvice(error: unknown): string | undefined {
  const { code } = (error ?? {}) as { readonly code?: unknown }
  return typeof code === 'string' ? ADVICE.find(([codes]) => codes.test(code))?.[1] : undefined
}
