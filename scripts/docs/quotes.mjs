// Quotes in Markdown: an HTML comment that names a file, or a region of one, and the code fence that follows it.
//
//   <!-- quote: examples/cities/src/main.ts#start -->
//   ```ts
//   ```
//
// A region lies between `// #region start` and `// #endregion`, in the comment style of its language.
const quote =
  /^<!-- quote: (?<path>[^\s#]+)(?:#(?<region>[\w-]+))? -->\n+(?<fence>`{3,})(?<language>\w*)\n[^]*?^\k<fence>$/gm
const marker = /^\s*(?:\/\/|#|--|<!--|\/\*)\s*#(?:region|endregion)\b/

function indentOf(lines) {
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/))
  return indents.length > 0 ? Math.min(...indents) : 0
}

function withoutMarkers(lines) {
  const kept = lines.filter((line) => !marker.test(line))
  const indent = indentOf(kept)
  return kept
    .map((line) => line.slice(indent))
    .join('\n')
    .trim()
}

/** Where the region ends: at the `#endregion` that closes it, whatever regions it holds. */
function endOf(lines, start) {
  let depth = 1
  for (let index = start; index < lines.length; index++) {
    if (!marker.test(lines[index])) continue
    depth += lines[index].includes('#endregion') ? -1 : 1
    if (depth === 0) return index
  }
  throw new Error('is never closed')
}

/** The text of a file, or of one of its regions, as a page quotes it: without markers and common indentation. */
export function quotedText(content, region) {
  const lines = content.trimEnd().split('\n')
  if (!region) return withoutMarkers(lines)
  const opens = new RegExp(`#region ${region}\\b(?!-)`)
  const start = lines.findIndex((line) => marker.test(line) && opens.test(line))
  if (start === -1) throw new Error('does not exist')
  return withoutMarkers(lines.slice(start + 1, endOf(lines, start + 1)))
}

/** A page with every quote as its source says now. `read` gives a file's content, or undefined; `problems` gathers what is wrong. */
export function refreshQuotes(page, { read, problems }) {
  return page.replace(quote, (whole, ...match) => {
    const { path, region, fence, language } = match.at(-1)
    const content = read(path)
    if (content === undefined) {
      problems.push(`quotes ${path}, which does not exist`)
      return whole
    }
    try {
      const name = region ? `${path}#${region}` : path
      return `<!-- quote: ${name} -->\n\n${fence}${language}\n${quotedText(content, region)}\n${fence}`
    } catch (error) {
      problems.push(`quotes region "${region}" of ${path}, which ${error.message}`)
      return whole
    }
  })
}

/** How many quotes a page asks for, well formed or not. */
export function countQuotes(page) {
  return { asked: page.match(/^<!-- quote:/gm)?.length ?? 0, wellFormed: [...page.matchAll(quote)].length }
}
