import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Every door through which a user imports something: its name, the package's folder, its source and its declarations, what files
 * about it are called, and what the first line of its source says it is for.
 */
export function doors(root) {
  const read = (path) => readFileSync(join(root, path), 'utf8')
  const readJson = (path) => JSON.parse(read(path))
  return readJson('package.json').workspaces.flatMap((folder) => {
    const { name, private: isPrivate, exports = {} } = readJson(`${folder}/package.json`)
    if (isPrivate) return []
    return Object.entries(exports)
      .filter(([, target]) => typeof target === 'object')
      .map(([door, target]) => {
        const source = join(folder, target['modkit:source'])
        return {
          name: join(name, door),
          folder,
          source,
          declarations: join(folder, target.types),
          page: join(name.replace(/^@modkit\//, ''), door).replaceAll('/', '-'),
          description: /^\/\/ (.*)/.exec(read(source))?.[1] ?? '',
        }
      })
  })
}
