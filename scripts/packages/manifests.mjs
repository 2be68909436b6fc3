import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

export const root = resolve(import.meta.dirname, '../..')

export const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'))

/** The folders of all workspaces, relative to the root, and their manifests. */
export function workspaces() {
  const { workspaces: folders } = readJson(join(root, 'package.json'))
  return folders.map((folder) => ({ folder, manifest: readJson(join(root, folder, 'package.json')) }))
}

/** Those that are released. */
export function publishable() {
  return workspaces().filter(({ manifest }) => !manifest.private)
}

/** What a user may import of a package, as it is written in an import: `@modkit/core/spi`. */
export function doorsOf({ name, exports }) {
  return Object.keys(exports)
    .map((door) => join(name, door))
    .filter((door) => !door.endsWith('.json'))
}
