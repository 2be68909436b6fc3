import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { globSync } from 'tinyglobby'

/** What is generated and nothing else lies here. */
const owned = ['docs/api/*.md', 'packages/*/api/*.api.md']

const obsolete = (root, fresh) => globSync(owned, { cwd: root }).filter((path) => !fresh.has(path))

/** What of the `fresh` texts, by their paths from the root, is not there as it should be, and what is there too much. */
export function differences(root, fresh) {
  const read = (path) => (existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined)
  const stale = [...fresh].filter(([path, text]) => read(path) !== text).map(([path]) => path)
  return [
    ...stale.map((path) => `${path} is not what the types say`),
    ...obsolete(root, fresh).map((path) => `${path} belongs to no door`),
  ]
}

export function writeFiles(root, fresh) {
  for (const path of obsolete(root, fresh)) rmSync(join(root, path))
  for (const [path, text] of fresh) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
}
