/** One part of a path between two slashes. */
export type PathSegment =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'parameter'; readonly name: string }
  | { readonly kind: 'rest'; readonly name: string }

/** A path such as `/users/{id}` or `/files/{*rest}`, taken apart. */
export interface PathTemplate {
  readonly text: string
  readonly segments: readonly PathSegment[]
}

/** A parsed template, or the reason why the text is none. */
export type ParsedPath = { readonly template: PathTemplate } | { readonly reason: string }

// Characters that no router and no client treats specially; anything else has to be a parameter.
const LITERAL = /^[A-Za-z0-9\-._~$&',;=@]+$/
const PARAMETER = /^\{(\*?)([A-Za-z_][A-Za-z0-9_]*)\}$/

/**
 * Takes a path apart: literal segments, `{name}` for one segment, `{*name}` for everything that is left (only at the
 * end). A parameter takes a whole segment.
 */
export function parsePathTemplate(text: string): ParsedPath {
  if (!text.startsWith('/')) return { reason: 'the path must start with "/"' }
  if (text === '/') return { template: { text, segments: [] } }
  const segments: PathSegment[] = []
  for (const part of text.slice(1).split('/')) {
    const segment = parseSegment(part)
    if (segment === undefined) return { reason: objectionTo(part) }
    segments.push(segment)
  }
  const reason = objectionToAll(segments)
  // A list that has grown has room for more; this one has not.
  return reason === undefined ? { template: { text, segments: [...segments] } } : { reason }
}

/** The names of the parameters, in order. */
export function parameterNames(template: PathTemplate): string[] {
  return template.segments.flatMap((segment) => (segment.kind === 'literal' ? [] : [segment.name]))
}

function parseSegment(part: string): PathSegment | undefined {
  if (LITERAL.test(part) && part !== '.' && part !== '..') return { kind: 'literal', text: part }
  const match = PARAMETER.exec(part)
  if (match?.[2] === undefined) return undefined
  return { kind: match[1] === '*' ? 'rest' : 'parameter', name: match[2] }
}

function objectionTo(part: string): string {
  if (part === '') return 'it has an empty segment; write no double and no trailing slash'
  if (part.startsWith(':')) return `write "{${part.slice(1)}}" instead of "${part}"`
  if (/[{}]/.test(part)) return `"${part}" is not a parameter; "{name}" or "{*name}" takes a whole segment`
  return `the segment "${part}" has characters that would need encoding`
}

function objectionToAll(segments: readonly PathSegment[]): string | undefined {
  const names = segments.flatMap((segment) => (segment.kind === 'literal' ? [] : [segment.name]))
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) return `the parameter "${twice}" appears twice`
  if (names.includes('__proto__')) return 'a parameter cannot be named "__proto__"'
  const rest = segments.findIndex((segment) => segment.kind === 'rest')
  if (rest !== -1 && rest !== segments.length - 1) return 'a "{*name}" takes all that is left, so it must be the last'
  return undefined
}

/** The names of the parameters of a path, for the compiler. */
export type ParameterNames<Path extends string> = string extends Path
  ? string
  : Path extends `${string}{${infer Name}}${infer Tail}`
    ? WithoutStar<Name> | ParameterNames<Tail>
    : never

type WithoutStar<Name extends string> = Name extends `*${infer Rest}` ? Rest : Name

/** What the parameters are when no schema says more: texts, percent-decoded. */
export type TextParameters<Path extends string> = { readonly [Name in ParameterNames<Path>]: string }
