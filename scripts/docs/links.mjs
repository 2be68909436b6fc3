// Links of a page to other files of the tree, and to headings.
const link = /(?<!!)\[[^\]]*\]\((?<target>[^)\s]+)(?:\s+"[^"]*")?\)|!\[[^\]]*\]\((?<image>[^)\s]+)\)/g
const elsewhere = /^[a-z][a-z+.-]*:/i

function withoutCode(page) {
  return page.replace(/^(`{3,})[^]*?^\1$/gm, '').replace(/`[^`\n]*`/g, '')
}

/** The anchors of a page: those it sets, and those that GitHub makes of its headings, where repeated ones are numbered. */
export function anchorsOf(page) {
  const text = page.replace(/^(`{3,})[^]*?^\1$/gm, '')
  const set = [...text.matchAll(/<a id="([^"]+)"><\/a>/g)].map(([, id]) => id)
  return new Set([...headingAnchors(text), ...set])
}

function headingAnchors(page) {
  const seen = new Map()
  const headings = page.matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)
  return [...headings].map(([, heading]) => {
    const text = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    const slug = text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-')
    const count = seen.get(slug) ?? 0
    seen.set(slug, count + 1)
    return count === 0 ? slug : `${slug}-${count}`
  })
}

/** What a page links to inside the tree: `{ path, anchor }`, the path as written, empty for the page itself. */
export function localLinks(page) {
  return [...withoutCode(page).matchAll(link)]
    .map(({ groups }) => groups.target ?? groups.image)
    .filter((target) => !elsewhere.test(target))
    .map((target) => {
      const [path, anchor] = target.split('#')
      return { path: decodeURI(path), anchor }
    })
}
