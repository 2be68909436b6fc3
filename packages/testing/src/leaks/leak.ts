/** Something that a host's modules opened and nobody closed. */
export interface Leak {
  /** What it is, for people: `a timer (every 1000 ms)`, `a server on 127.0.0.1:4000`. */
  readonly what: string
  /** Where it was made: function, file, line and column; as far as it is known. */
  readonly where: string
}
