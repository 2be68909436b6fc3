import { REDACTED } from './secrets.js'

/** `//user:password@` of a URL; the password reaches to the last `@` before the path. */
const URL_PASSWORD = /(\/\/[^\s/?#@:]*:)[^\s/?#]*@/g

/** `password=…` of a query or of a connection text. */
const NAMED_SECRET =
  /((?:passw(?:or)?d|passphrase|pwd|secret|token|api[-_]?key|access[-_]?key|private[-_]?key)\s?=\s?)(?:"[^"]*"|'[^']*'|[^\s&;,"']+)/gi

/** The text with the passwords of URLs, and values that are named as secrets, hidden. */
export function redactText(text: string): string {
  // Most texts hold neither, and looking for one character costs far less than a pattern.
  const urls = text.includes('@') ? text.replace(URL_PASSWORD, `$1${REDACTED}@`) : text
  return urls.includes('=') ? urls.replace(NAMED_SECRET, `$1${REDACTED}`) : urls
}
