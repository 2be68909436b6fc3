import type { StandardSchemaV1 } from '@standard-schema/spec'
import { didYouMean, nearest } from '@modkit/core/spi'
import { asymmetricAlgorithms, defaultSecretAlgorithm, secretAlgorithms } from './algorithms.js'
import type { JwtAuthConfig } from './jwt-auth-config.js'
import { readPublicKey } from './public-key.js'

export const keySources = ['jwks_uri', 'jwks_file', 'public_key', 'secret'] as const

export type KeySourceName = (typeof keySources)[number]

/** Everything that is missing, or does not go together, in settings that are of the right kinds. */
export function jwtAuthIssues(config: JwtAuthConfig): StandardSchemaV1.Issue[] {
  return [
    ...issuerIssues(config),
    ...audienceIssues(config),
    ...sourceIssues(config),
    ...algorithmIssues(config),
    ...secretIssues(config),
    ...publicKeyIssues(config),
    ...addressIssues(config),
    ...claimIssues(config),
  ]
}

/** The sources of keys that are written; of a legal configuration the one. */
export function writtenSources(config: JwtAuthConfig): readonly KeySourceName[] {
  // A null stands for "not configured".
  return keySources.filter((name) => config[name] != null)
}

/** What `audience` says as a list; `undefined` where it is neither a text nor a list of texts. */
export function audiencesOf(written: unknown): readonly string[] | undefined {
  const list: unknown = typeof written === 'string' ? [written] : written
  const isList = Array.isArray(list) && list.length > 0 && list.every((name) => typeof name === 'string' && name !== '')
  return isList ? (list as string[]) : undefined
}

type At = StandardSchemaV1.Issue['path']

function issue(path: At, message: string): StandardSchemaV1.Issue {
  return { message, ...(path && { path }) }
}

function issuerIssues({ issuer }: JwtAuthConfig): StandardSchemaV1.Issue[] {
  if (issuer) return []
  return [issue(['issuer'], 'is required: write the "iss" of the tokens, such as "https://login.example.com/"')]
}

function audienceIssues({ audience, any_audience }: JwtAuthConfig): StandardSchemaV1.Issue[] {
  const at = ['audience']
  if (audience == null) {
    if (any_audience === true) return []
    const otherwise = 'or, where the issuer names none, any_audience: true'
    return [issue(at, `is required: write what this service is called in the "aud" of its tokens, ${otherwise}`)]
  }
  if (any_audience === true) return [issue(['any_audience'], 'contradicts "audience"; leave one of the two out')]
  // A list that the environment gives as JSON comes as a text first, and is read once somebody objects.
  const isJson = typeof audience === 'string' && audience.startsWith('[')
  return isJson || !audiencesOf(audience) ? [issue(at, 'must be a name, or a list of names')] : []
}

function sourceIssues(config: JwtAuthConfig): StandardSchemaV1.Issue[] {
  const written = writtenSources(config)
  if (written.length === 0) {
    const how = 'jwks_uri (where the issuer publishes them), jwks_file, public_key, or secret'
    return [issue(undefined, `there are no keys to check tokens with: write ${how}`)]
  }
  if (written.length > 1) return [issue(undefined, `${written.join(' and ')} contradict each other: leave one of them`)]
  const hasSet = written.includes('jwks_uri') || written.includes('jwks_file')
  if (config.jwks == null || hasSet) return []
  return [issue(['jwks'], `belongs to jwks_uri and jwks_file, not to ${written.join()}: leave it out`)]
}

function algorithmIssues(config: JwtAuthConfig): StandardSchemaV1.Issue[] {
  const { algorithms } = config
  if (algorithms == null) return []
  if (algorithms.length === 0) return [issue(['algorithms'], 'must name one at least; leave it out for the default')]
  return algorithms.flatMap((name, index) => {
    const reason = algorithmReason(name, config)
    return reason === undefined ? [] : [issue(['algorithms', index], reason)]
  })
}

function algorithmReason(name: string, { secret }: JwtAuthConfig): string | undefined {
  const isForSecret = Object.hasOwn(secretAlgorithms, name)
  const isKnown = isForSecret || asymmetricAlgorithms.includes(name)
  if (/^none$/i.test(name)) return '"none" takes tokens that nobody signed, and cannot be allowed'
  if (!isKnown) {
    const known = [...asymmetricAlgorithms, ...Object.keys(secretAlgorithms)]
    const meant = nearest(name, known)
    return `is not known; known are ${known.join(', ')}${meant.length > 0 ? `. ${didYouMean(meant)}` : ''}`
  }
  if (isForSecret && secret == null) return `${name} needs "secret": with a public key, whoever knows it could sign`
  if (!isForSecret && secret != null) return `${name} needs a public key, and there is "secret"`
  return undefined
}

function secretIssues({ secret, algorithms }: JwtAuthConfig): StandardSchemaV1.Issue[] {
  if (secret == null) return []
  const names = algorithms ?? [defaultSecretAlgorithm]
  const needed = Math.max(0, ...names.map((name) => secretAlgorithms[name] ?? 0))
  if (Buffer.byteLength(secret) >= needed) return []
  return [issue(['secret'], `must have at least ${String(needed)} bytes for ${names.join(', ')}`)]
}

function publicKeyIssues({ public_key, algorithms }: JwtAuthConfig): StandardSchemaV1.Issue[] {
  if (public_key == null) return []
  const read = readPublicKey(public_key)
  if ('reason' in read) return [issue(['public_key'], read.reason)]
  if (algorithms == null || algorithms.some((name) => read.algorithms.includes(name))) return []
  return [issue(['algorithms'], `has nothing that public_key can be used for: ${read.algorithms.join(', ')}`)]
}

function addressIssues({ jwks_uri, jwks_file, jwks }: JwtAuthConfig): StandardSchemaV1.Issue[] {
  if (jwks_file === '') return [issue(['jwks_file'], 'must not be empty')]
  if (jwks_uri == null) return []
  const at = ['jwks_uri']
  if (!URL.canParse(jwks_uri)) return [issue(at, 'must be an address, such as "https://login.example.com/keys"')]
  const { protocol, hostname, username, password } = new URL(jwks_uri)
  if (username !== '' || password !== '') return [issue(at, 'must not hold a user name or a password')]
  if (protocol === 'https:') return []
  if (protocol !== 'http:') return [issue(at, 'must begin with "https:"')]
  if (jwks?.allow_http === true || isThisMachine(hostname)) return []
  return [
    issue(at, 'must begin with "https:", or whoever is in between can issue tokens (jwks.allow_http: true takes it)'),
  ]
}

function isThisMachine(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d+){3}$/.test(hostname)
}

function claimIssues({ claims }: JwtAuthConfig): StandardSchemaV1.Issue[] {
  const empty = Object.entries(claims ?? {}).filter(([, name]) => name === '')
  return empty.map(([fact]) => issue(['claims', fact], 'must be the name of a claim'))
}
