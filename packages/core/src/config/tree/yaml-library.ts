import { createRequire } from 'node:module'

export type YamlLibrary = typeof import('yaml')

/**
 * The YAML library, loaded when the first file is read: reading is synchronous, which a dynamic import is not, and a
 * program without a file never loads it.
 */
export function yamlLibrary(): YamlLibrary {
  // The package's own types say what its main file exports.
  return createRequire(import.meta.url)('yaml') as YamlLibrary
}
