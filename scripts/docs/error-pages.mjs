/** The page of the errors as data, for those who ask on the command line: `modkit explain CODE`. */
export function errorPagesOf(page) {
  const pages = {}
  let group = ''
  for (const section of page.split(/^(?=#{2,3} )/m)) {
    const [heading = '', ...lines] = section.split('\n')
    if (heading.startsWith('## ')) group = heading.slice(3)
    if (!heading.startsWith('### ')) continue
    const paragraphs = lines
      .join('\n')
      .split(/\n\n+/)
      .map((paragraph) => plain(paragraph))
      .filter((paragraph) => paragraph !== '')
    const [explanation, todo = ''] = paragraphs.join('\n\n').split(/(?:^|\s)To do: /)
    pages[heading.slice(4)] = { group, explanation: explanation.trim(), todo: todo.trim() }
  }
  return pages
}

/** One line, links as their texts. */
function plain(paragraph) {
  return paragraph
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/\s*\n\s*/g, ' ')
    .trim()
}
