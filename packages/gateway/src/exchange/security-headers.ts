/** What the configuration says of the headers that keep browsers from doing what nobody wants. */
export interface SecurityHeaderSettings {
  /** `Strict-Transport-Security` in seconds; `undefined`: not sent. */
  readonly hstsSeconds: number | undefined
  readonly contentSecurityPolicy: string
  readonly crossOriginResourcePolicy: string
  readonly referrerPolicy: string
  readonly frameOptions: string
}

export const safeHeaders: SecurityHeaderSettings = {
  hstsSeconds: undefined,
  // Data, which no browser has a reason to run.
  contentSecurityPolicy: "default-src 'none'; frame-ancestors 'none'",
  crossOriginResourcePolicy: 'same-origin',
  referrerPolicy: 'no-referrer',
  frameOptions: 'DENY',
}

/** Name and value in turn, as `writeHead` takes them. */
export type HeaderList = readonly string[]

/** On every response. A mount may set its own instead. */
export function commonHeaders(settings: SecurityHeaderSettings | undefined): HeaderList {
  if (settings === undefined) return []
  const { hstsSeconds, referrerPolicy, frameOptions } = settings
  const transport =
    hstsSeconds === undefined ? [] : ['strict-transport-security', `max-age=${String(hstsSeconds)}; includeSubDomains`]
  return [
    ...['x-content-type-options', 'nosniff'],
    ...['x-frame-options', frameOptions],
    ...['referrer-policy', referrerPolicy],
    ...transport,
  ]
}

/** On every response of an operation. */
export function operationHeaders(settings: SecurityHeaderSettings | undefined): HeaderList {
  if (settings === undefined) return []
  return [
    ...commonHeaders(settings),
    ...['content-security-policy', settings.contentSecurityPolicy],
    ...['cross-origin-resource-policy', settings.crossOriginResourcePolicy],
  ]
}
