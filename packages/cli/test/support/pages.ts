import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './modkit.js'

/** A page of the documentation. */
export interface Page {
  /** From the root of the repository. */
  readonly path: string
  readonly file: string
  readonly text: string
}

/** The pages that people read: the guides, and each README. */
export function allPages(): readonly Page[] {
  const readmes = ['packages', 'examples'].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => `${folder}/${name}/README.md`),
  )
  const guides = readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)
  return ['README.md', 'CONTRIBUTING.md', ...guides, ...readmes].filter((path) => path.endsWith('.md')).flatMap(read)
}

/** None where there is no such file. */
function read(path: string): readonly Page[] {
  const file = join(root, path)
  try {
    return [{ path, file, text: readFileSync(file, 'utf8') }]
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
