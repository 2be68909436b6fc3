/** What OpenSSL says of a certificate of which it does not know who vouches for it. */
const UNTRUSTED = /self[- ]signed certificate|unable to (?:verify the first|get (?:local )?issuer) certificate/i

const OUT_OF_TIME = /certificate (?:has expired|is not yet valid)/

/** Its errors are lists: `<thread>:error:<number>:SSL routines:<function>:<what went wrong>:<file>:<line>:…`. */
const OPENSSL = /:SSL routines:[^:]*:([^:\n]+)/
const OWN_CERTIFICATE = /alert.*(?:unknown ca|certificate)/

/** Why a TLS connection did not come about, for people; `undefined` for an error that is about something else. */
export function tlsReason(message: string): string | undefined {
  if (UNTRUSTED.test(message)) return `no authority that is trusted vouches for its certificate (${message})`
  if (message.includes("does not match certificate's altnames"))
    return `its certificate is for another host (${message})`
  if (OUT_OF_TIME.test(message)) return `its certificate does not count at this time (${message})`
  const said = OPENSSL.exec(message)?.[1]
  if (said === undefined) return undefined
  return OWN_CERTIFICATE.test(said)
    ? `it does not take the certificate that it is shown (${said})`
    : `TLS fails: ${said}`
}
