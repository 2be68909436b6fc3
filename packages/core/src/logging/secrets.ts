/** What stands in place of a secret in logs, dumps and errors. */
export const REDACTED = '***REDACTED***'

const SECRET_KEY =
  /passw(or)?d|passphrase|secret|token|authori[sz]ation|api[-_]?key|access[-_]?key|private[-_]?key|cookie|credential|\bdsn\b|(^|[_-])(pass|pwd)$/i

/** In the case of letters that camel case has: `dbPwd`, not a word that happens to end so. */
const CAMEL_CASE_SECRET = /[a-z\d](Pass|Pwd)$/

/** Keys that look like secrets and are not. */
const HARMLESS_KEY = /^(tokens?_?(count|limit|used|type|ttl)|max_?tokens|secret_?name)$/i

/** Whether the value under this key is to be hidden. */
export function isSecretKey(key: string): boolean {
  return (SECRET_KEY.test(key) || CAMEL_CASE_SECRET.test(key)) && !HARMLESS_KEY.test(key)
}
