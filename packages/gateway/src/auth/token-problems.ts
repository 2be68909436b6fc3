import { Problem } from '@modkit/core'

/** Why a token is refused. Fixed texts: nothing of a token, or of a library's message about it, gets out. */
const reasons = {
  malformed: 'the token is malformed',
  unsupported: 'the token asks for something that is not supported',
  algorithm: 'the token is signed with an algorithm that is not accepted',
  unknownKey: 'the token is signed with a key that is not known',
  signature: 'the signature of the token does not hold',
  expired: 'the token has expired',
  early: 'the token is not valid yet',
  issuer: 'the token is from another issuer',
  audience: 'the token is meant for another audience',
  missingClaim: 'the token lacks a required claim',
  claim: 'a claim of the token does not hold',
  subject: 'the token does not say whom it stands for',
} as const

export type TokenFault = keyof typeof reasons

/** 401 with the reason, as RFC 6750 puts it into the challenge. */
export function tokenProblem(fault: TokenFault): Problem {
  const reason = reasons[fault]
  return new Problem({
    status: 401,
    code: 'TOKEN_INVALID',
    detail: `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`,
    headers: { 'www-authenticate': `Bearer error="invalid_token", error_description="${reason}"` },
  })
}

/** The faults that the library tells apart by the codes of its errors. */
const faultOfCode: Readonly<Record<string, TokenFault>> = {
  ERR_JOSE_ALG_NOT_ALLOWED: 'algorithm',
  ERR_JOSE_NOT_SUPPORTED: 'unsupported',
  ERR_JWKS_NO_MATCHING_KEY: 'unknownKey',
  ERR_JWS_INVALID: 'malformed',
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'signature',
  ERR_JWT_EXPIRED: 'expired',
  ERR_JWT_INVALID: 'malformed',
}

const faultOfClaim: Readonly<Record<string, TokenFault>> = { nbf: 'early', iss: 'issuer', aud: 'audience' }

/** What is wrong with a token, by the error of the library; `undefined` where it is not the token that is at fault. */
export function faultOf(error: unknown): TokenFault | undefined {
  const { code, claim, reason } = (error ?? {}) as Readonly<Record<string, unknown>>
  if (code !== 'ERR_JWT_CLAIM_VALIDATION_FAILED') return faultOfCode[String(code)]
  if (reason === 'missing') return 'missingClaim'
  return (reason === 'check_failed' ? faultOfClaim[String(claim)] : undefined) ?? 'claim'
}
