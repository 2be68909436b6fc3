/** A request may name the server, too (RFC 9112, section 3.2.2): a host as URLs write it, and a port. */
const ABSOLUTE_FORM = /^https?:\/\/(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{0,5})?(?=[/?]|$)/i

const ENCODED = /%[0-9A-Fa-f]{2}/g
const MALFORMED = /%(?![0-9A-Fa-f]{2})/

/** What means the same encoded and as it is (RFC 3986, section 2.3), and the apostrophe, which no router keeps apart either. */
const UNRESERVED = /[A-Za-z0-9\-._~']/

/**
 * What a request asks for, in the one form that everything compares: beginning at the path, which encodes nothing that need not
 * be. Middleware that guards a path, and the operation below it, would otherwise take some requests for different ones.
 *
 * What names a server in no legal way stays as it is, and is nobody's path.
 */
export function plainTarget(target: string): string {
  const local = target.startsWith('/') ? target : withoutServer(target)
  const encoded = local.indexOf('%')
  if (encoded === -1) return local
  const query = local.indexOf('?')
  if (query === -1) return decodeUnreserved(local)
  return query < encoded ? local : decodeUnreserved(local.slice(0, query)) + local.slice(query)
}

function withoutServer(target: string): string {
  const server = ABSOLUTE_FORM.exec(target)
  if (server === null) return target
  const rest = target.slice(server[0].length)
  return rest.startsWith('/') ? rest : `/${rest}`
}

function decodeUnreserved(path: string): string {
  // What is around a malformed one could become a well-formed one, and would be decoded a second time.
  if (MALFORMED.test(path)) return path
  return path.replace(ENCODED, (encoded) => {
    const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16))
    return UNRESERVED.test(character) ? character : encoded
  })
}
