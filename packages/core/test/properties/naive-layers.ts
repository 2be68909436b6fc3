/** What a configuration file may hold. */
export type Value = Tree | string | number | boolean | null | readonly Value[]

export interface Tree {
  readonly [key: string]: Value
}

/** A value that came from an environment variable: a text whose place decides what it stands for. */
export interface Named {
  readonly path: readonly string[]
  readonly variable: string
  readonly value: string
}

export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The rule of the layers said as plainly as possible: on objects, recursively, with no origins and no sharing. */
export function lay(lower: Value | undefined, upper: Value | undefined): Value | undefined {
  if (upper === undefined) return lower
  if (!isTree(lower) || !isTree(upper)) return upper
  const keys = new Set([...Object.keys(lower), ...Object.keys(upper)])
  return Object.fromEntries([...keys].map((key) => [key, lay(lower[key], upper[key])])) as Tree
}

export function nested(path: readonly string[], value: Value): Tree {
  return path.reduceRight<Value>((inner, key) => ({ [key]: inner }), value) as Tree
}

/** With keys compared as names of variables are. */
export function folded(value: unknown): unknown {
  if (!isTree(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [key.replaceAll(/[-_]/g, '').toLowerCase(), folded(child)]),
  )
}

/** A text with its variables replaced, read character by character. */
export function expandText(text: string, env: Readonly<Record<string, string>>): string {
  if (text === '') return ''
  if (text.startsWith('$${')) return '${' + expandText(text.slice(3), env)
  const end = text.startsWith('${') ? text.indexOf('}') : -1
  if (end < 0) return text.slice(0, 1) + expandText(text.slice(1), env)
  const name = text.slice(2, end)
  const value = env[name]
  if (value === undefined) throw new Error(`There is no variable ${name}.`)
  return value + expandText(text.slice(end + 1), env)
}

/** The same in every text of a tree. */
export function expandAll(value: Value, env: Readonly<Record<string, string>>): Value {
  if (typeof value === 'string') return expandText(value, env)
  if (isTree(value))
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, expandAll(child, env)]))
  return Array.isArray(value) ? (value as readonly Value[]).map((item) => expandAll(item, env)) : value
}

/** One of the ways in which people write a key in the name of a variable; `style` picks it. */
export function asSegment(key: string, style: number): string {
  const snake = key.replaceAll(/([A-Z])/g, '_$1').replaceAll('-', '_')
  return [snake.toUpperCase(), snake.toLowerCase(), key, snake.replaceAll('_', '').toUpperCase()][style % 4] ?? snake
}
