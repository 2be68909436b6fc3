import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { Duration } from '@modkit/core'
import { settingsSchema, type Rule } from '@modkit/core/spi'
import { jwtAuthIssues } from './jwt-auth-issues.js'

/** `modules.jwt-auth.config`. `issuer`, `audience` and one source of keys are required. */
export interface JwtAuthConfig {
  /** The `iss` that tokens must have. */
  readonly issuer?: string
  /** What this service is called in the `aud` of its tokens; of several names one is enough. */
  readonly audience?: string | readonly string[]
  /** Takes tokens of the issuer for whomever they are meant, in place of `audience`. Default false. */
  readonly any_audience?: boolean
  /**
   * What tokens may be signed with. Default: the asymmetric ones, as far as the key can be used for them; with `secret`
   * HS256. `none` never.
   */
  readonly algorithms?: readonly string[]

  /** Source of keys: where the issuer publishes its JSON Web Key Set. `https`, or `http` to this machine. */
  readonly jwks_uri?: string
  /** Source of keys: a file with a JSON Web Key Set. */
  readonly jwks_file?: string
  /** Source of keys: one, as PEM or as JSON Web Key. */
  readonly public_key?: string | Readonly<Record<string, unknown>>
  /** Source of keys: what issuer and services share, for HS256 at least 32 bytes. Whoever has it can issue tokens. */
  readonly secret?: string

  /** How far the clock of the issuer may be off. Default `'30s'`. */
  readonly clock_skew?: Duration
  readonly jwks?: {
    /** How long fetched keys count as current. Default `'10m'`. While none can be had, older ones keep counting. */
    readonly cache_for?: Duration
    /** How often at most an unknown key, or a wrong signature, makes the set be fetched before that. Default `'30s'`. */
    readonly cooldown?: Duration
    /** How long the source may take to answer. Default `'5s'`. */
    readonly timeout?: Duration
    /** Whether `jwks_uri` may be `http` to another machine: whoever is in between can then issue tokens. Default false. */
    readonly allow_http?: boolean
  }
  /** Where in a token the facts are: the name of a claim, or a path such as `realm_access.roles`. */
  readonly claims?: {
    /** Default `'sub'`. */
    readonly subject?: string
    /** Default: tenants are not looked for. */
    readonly tenant?: string
    /** A text with spaces between, or a list. Default `'scope'`, and where a token has none, `'scp'`. */
    readonly scopes?: string
  }
  /** Claims that a token must have, whatever they say, beside `exp`. */
  readonly required_claims?: readonly string[]
  /** Whether a token must say when it expires. Default true. */
  readonly require_exp?: boolean
}

const text: Rule = { kind: 'text' }
const texts: Rule = { kind: 'list', item: text }
const boolean: Rule = { kind: 'boolean' }
const duration: Rule = { kind: 'duration' }
/** What has several forms is judged by {@link jwtAuthIssues}. */
const anything: Rule = { kind: 'anything' }

const kinds = settingsSchema<JwtAuthConfig>({
  issuer: text,
  audience: anything,
  any_audience: boolean,
  algorithms: texts,
  jwks_uri: text,
  jwks_file: text,
  public_key: anything,
  secret: text,
  clock_skew: duration,
  jwks: { kind: 'section', keys: { cache_for: duration, cooldown: duration, timeout: duration, allow_http: boolean } },
  claims: { kind: 'section', keys: { subject: text, tenant: text, scopes: text } },
  required_claims: texts,
  require_exp: boolean,
})

/** The schema of {@link JwtAuthConfig}: kinds first, then what has to be there and what goes together. */
export const jwtAuthConfig: StandardSchemaV1<JwtAuthConfig, JwtAuthConfig> = {
  '~standard': {
    version: 1,
    vendor: 'modkit',
    validate: (value) => {
      // Rules are checked at once.
      const checked = kinds['~standard'].validate(value) as StandardSchemaV1.Result<JwtAuthConfig>
      if (checked.issues) return checked
      const issues = jwtAuthIssues(checked.value)
      return issues.length > 0 ? { issues } : checked
    },
  },
}
