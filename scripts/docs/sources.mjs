// Where the code fences of a page come from: each has a comment above it that says so.
//
//   <!-- quote: path#region -->                 a file; see quotes.mjs
//   <!-- prints: folder$ modkit routes -->      what the command prints there
//   <!-- runs -->, <!-- starts: text --> …      a step of a page that a test follows
//   <!-- illustration: reason -->               nothing that can be run, and why
//
// Pictures need none: what is drawn is no code.
const fence = /^(?<indent> *)(?<marks>`{3,}|~{3,}) *(?<language>[\w-]*)[^\n]*\n[^]*?^\k<indent>\k<marks> *$/gm
const sources = [
  /^quote: \S+$/,
  /^prints: .+\$ modkit .+$/,
  /^(?:runs|stops|prints)$/,
  /^(?:starts|file|has): .+$/,
  /^illustration: .+ .+$/,
]
const pictures = new Set(['mermaid'])

const generated = /^(?:docs\/api|packages\/[\w-]+\/api)\//

/** Whether the whole page is written by a program, which is what its code comes from. */
export const isGenerated = (path) => generated.test(path)

/** What is wrong with the sources of a page's code; each text goes on after the page's name. */
export function problemsOfSources(page) {
  return [...page.matchAll(fence)]
    .filter(({ groups }) => !pictures.has(groups.language))
    .map((block) => ({ line: lineAt(page, block.index), comment: commentAbove(page, block.index) }))
    .flatMap(({ line, comment }) => problemOf(comment).map((problem) => `line ${line} ${problem}`))
}

const howTo = 'quote a file that a test runs, or see "Quoting code in the docs" in CONTRIBUTING.md'

function problemOf(comment) {
  if (comment === undefined) return [`has code that comes from nowhere: ${howTo}`]
  if (sources.some((source) => source.test(comment))) return []
  return [`has code below "${comment}", which names no source: ${howTo}`]
}

function lineAt(page, index) {
  return page.slice(0, index).split('\n').length
}

/** The text of the comment that stands above, one blank line between, as the tests that read pages expect it. */
function commentAbove(page, index) {
  return /^<!-- ((?:(?!-->).)*) -->\n\n$/m.exec(page.slice(0, index).slice(-300))?.[1]
}
