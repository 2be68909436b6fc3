const LOGIN = 'login'
const DATABASE = 'database'
const CONNECTIONS = 'connections'
const STARTING = 'starting'

/** Which advice of the catalogue fits an error of a server, by PostgreSQL's codes and MySQL's numbers. */
const ADVICE: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  ...['28P01', '28000', 1_044, 1_045, 1_698].map((code) => [code, LOGIN] as const),
  ...['3D000', 1_049].map((code) => [code, DATABASE] as const),
  ...['53300', 1_040, 1_203, 1_226].map((code) => [code, CONNECTIONS] as const),
  ...['57P03', 1_053].map((code) => [code, STARTING] as const),
])

/** `undefined` where the error itself says enough. */
export function serverAdvice(error: unknown): string | undefined {
  const { code, errno } = (error ?? {}) as { readonly code?: unknown; readonly errno?: unknown }
  return ADVICE.get(code) ?? ADVICE.get(errno)
}
