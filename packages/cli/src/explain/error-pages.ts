import { readFileSync } from 'node:fs'

/** What the documentation says of a code. */
export interface ErrorPage {
  /** The heading under which it stands. */
  readonly group: string
  readonly explanation: string
  readonly todo: string
}

const NO_PAGE: ErrorPage = { group: '', explanation: '', todo: '' }

/** Made of `docs/errors.md` by `npm run docs`, and shipped with the package. */
const file = new URL('../../error-pages.json', import.meta.url)

export function errorPage(code: string): ErrorPage {
  // The file is ours, and a test holds it against the catalogue.
  const pages = JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, ErrorPage | undefined>>
  return pages[code] ?? NO_PAGE
}
