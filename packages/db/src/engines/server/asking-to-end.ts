/** For errors. */
export const ASKING = 'Asking a server to end a statement'

/** How long a server has for a request to end a statement, in milliseconds: after that it is hung up on. */
export const ASKING_MS = 5_000
