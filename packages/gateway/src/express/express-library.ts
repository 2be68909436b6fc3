import { createRequire } from 'node:module'
import type express from 'express'

/**
 * Express, loaded when something is mounted on it, stands in front of it, or asks for it: that is decided in synchronous
 * calls, which a dynamic import is not, and most of what a gateway serves never needs it.
 */
export function expressLibrary(): typeof express {
  // The package's own types say what its main file exports.
  return createRequire(import.meta.url)('express') as typeof express
}
