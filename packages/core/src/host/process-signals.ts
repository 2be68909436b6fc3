/** The signals that ask a process to end, and the exit code that says that one did (128 + its number). */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const

export type EndSignal = keyof typeof EXIT_CODES

export interface ProcessSignals {
  /** The first signal that came, if one has. */
  readonly received: EndSignal | undefined
  /** Takes the handlers off. */
  remove(): void
}

export interface SignalReactions {
  /** The first signal: an orderly end. */
  readonly onFirst: (signal: EndSignal) => void
  /** Any further one: an end at once, with this exit code. */
  readonly onSecond: (signal: EndSignal, exitCode: number) => void
}

export function exitCodeOf(signal: EndSignal): number {
  return EXIT_CODES[signal]
}

/** Listens to SIGINT and SIGTERM. */
export function listenToSignals({ onFirst, onSecond }: SignalReactions): ProcessSignals {
  let received: EndSignal | undefined
  const listener = (signal: EndSignal): void => {
    if (received !== undefined) onSecond(signal, EXIT_CODES[signal])
    else onFirst((received = signal))
  }
  const signals = Object.keys(EXIT_CODES) as EndSignal[]
  for (const signal of signals) process.on(signal, listener)
  return {
    get received() {
      return received
    },
    remove: () => {
      for (const signal of signals) process.off(signal, listener)
    },
  }
}
