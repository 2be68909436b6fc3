/** What the command's exit code says. `run` and `dev` pass on the code of the application instead. */
export const exitCodes = {
  /** It was done, and nothing is wrong. */
  ok: 0,
  /** Something is wrong with the application: problems were found, it could not be loaded, or what was asked for failed. */
  problems: 1,
  /** The command itself was wrong: an unknown option, no application here, a name that is not legal. */
  usage: 2,
} as const

/** By convention a process that a signal ends has 128 more than its number. */
export const SIGNAL_BASE = 128
