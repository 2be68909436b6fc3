// Keeps the docs in step with the code. Without arguments it writes the quotes anew; with `--check` it only compares.
// Either way code must come from somewhere, links must lead somewhere, and no tracked file may tell about the machine that it was written on.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { errorPagesOf } from './docs/error-pages.mjs'
import { leaksIn, privateTexts } from './docs/leaks.mjs'
import { anchorsOf, localLinks } from './docs/links.mjs'
import { countQuotes, refreshQuotes } from './docs/quotes.mjs'
import { isGenerated, problemsOfSources } from './docs/sources.mjs'

const root = resolve(import.meta.dirname, '..')
const checking = process.argv.includes('--check')
const problems = []

const read = (path) => (existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined)

/** Files under version control, and new ones that could be. */
function listFiles() {
  const output = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root })
  return output
    .toString()
    .split('\0')
    .filter((path) => path && existsSync(join(root, path)))
}

function refresh(path, page) {
  const found = []
  const { asked, wellFormed } = countQuotes(page)
  if (asked !== wellFormed) found.push('has a quote that no code fence follows')
  const fresh = refreshQuotes(page, { read, problems: found })
  if (fresh !== page && checking) found.push('quotes code that has changed since: run `npm run docs`')
  if (fresh !== page && !checking) writeFileSync(join(root, path), fresh)
  problems.push(...found.map((problem) => `${path} ${problem}`))
}

function checkSources(path, page) {
  if (!isGenerated(path)) problems.push(...problemsOfSources(page).map((problem) => `${path} ${problem}`))
}

function checkLinks(path, page) {
  for (const { path: target, anchor } of localLinks(page)) {
    const file = target === '' ? path : relative(root, resolve(root, dirname(path), target))
    if (file.startsWith('..') || !existsSync(join(root, file)))
      problems.push(`${path} links to ${target}, which does not exist`)
    else if (anchor && file.endsWith('.md') && !anchorsOf(read(file)).has(anchor)) {
      problems.push(`${path} links to ${file}#${anchor}, a heading that does not exist`)
    }
  }
}

/** What `modkit explain` prints is what the page says. */
function refreshErrorPages() {
  const path = 'packages/cli/error-pages.json'
  const fresh = `${JSON.stringify(errorPagesOf(read('docs/errors.md')), undefined, 2)}\n`
  if (fresh === read(path)) return
  if (checking) problems.push(`${path} is not what docs/errors.md says: run \`npm run docs\``)
  else writeFileSync(join(root, path), fresh)
}

refreshErrorPages()
const files = listFiles()
const pages = files.filter((path) => path.endsWith('.md'))
for (const path of pages) refresh(path, read(path))
for (const path of pages) checkSources(path, read(path))
for (const path of pages) checkLinks(path, read(path))
const texts = privateTexts(root)
for (const path of files) {
  for (const text of leaksIn(read(path), texts)) problems.push(`${path} tells about this machine: ${text}`)
}

for (const problem of problems) console.error(`${problem}.`)
if (problems.length === 0)
  console.log(`${pages.length} pages are in step with the code; ${files.length} files tell no secret.`)
process.exitCode = problems.length === 0 ? 0 : 1
