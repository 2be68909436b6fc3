/** A class that joins the list of modules, and where it comes from. */
export interface ListedModule {
  readonly className: string
  readonly from: string
}

const LIST = /(export const modules\b[^=]*= \[)([^\]]*)\]/
/** Lines are as long as Prettier lets them be. */
const LONGEST_LINE = 120

/** The file with the list of modules, with more of them; `undefined` where it is not written as `new app` writes it. */
export function withModules(text: string, added: readonly ListedModule[]): string | undefined {
  const match = LIST.exec(text)
  if (!match) return undefined
  const [whole, beginning = '', inside = ''] = match
  const listed = inside
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  const missing = added.filter(({ className }) => !listed.includes(className))
  const names = [...listed, ...missing.map(({ className }) => className)]
  const line = `${beginning}${names.join(', ')}]`
  const list = line.length <= LONGEST_LINE ? line : `${beginning}\n${names.map((name) => `  ${name},\n`).join('')}]`
  return withImports(
    text.replace(whole, () => list),
    missing,
  )
}

function withImports(text: string, added: readonly ListedModule[]): string {
  const lines = text.split('\n')
  const last = lines.findLastIndex((line) => line.startsWith('import '))
  const imports = added.map(({ className, from }) => `import { ${className} } from '${from}'`)
  return [...lines.slice(0, last + 1), ...imports, ...lines.slice(last + 1)].join('\n')
}
