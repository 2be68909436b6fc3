/** The version of this copy of the package; a test holds it against package.json. */
export const CORE_VERSION = '0.1.0'

/**
 * What copies of this package have to agree on to work in one process: how definitions, tokens, errors, the injection
 * context and the context of a request look. Raised when one of these changes.
 */
const PROTOCOL = 1

/** One copy of this package in the process. */
export interface CoreCopy {
  readonly version: string
  readonly path: string
  readonly protocol: number
}

/** The copy that this file belongs to. */
export const thisCopy: CoreCopy = Object.freeze({ version: CORE_VERSION, path: import.meta.url, protocol: PROTOCOL })
