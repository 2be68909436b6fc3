/** A configuration as it is shown: each leaf with its origin, secrets hidden. */
export type ConfigDump = DumpedMap | DumpedList | DumpedValue

export interface DumpedMap {
  readonly map: Readonly<Record<string, ConfigDump>>
}

export interface DumpedList {
  readonly list: readonly ConfigDump[]
}

export interface DumpedValue {
  readonly value: string | number | boolean | null
  /** `file:line:column`, `environment variable X`, `host options` or `default`. */
  readonly origin: string
}
