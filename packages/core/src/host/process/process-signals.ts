/** The signals that ask a process to end, and the exit code that says that one did (128 + its number). */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const

export type EndSignal = keyof typeof EXIT_CODES

const signals = Object.keys(EXIT_CODES) as EndSignal[]

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

type SignalListener = (signal: EndSignal) => void

/** Those of all hosts, behind one handler for each signal: Node suspects a leak behind more than ten. */
const listeners = new Set<SignalListener>()

const tellAll: SignalListener = (signal) => {
  for (const listener of [...listeners]) listener(signal)
}

function addListener(listener: SignalListener): void {
  if (listeners.size === 0) for (const signal of signals) process.on(signal, tellAll)
  listeners.add(listener)
}

function removeListener(listener: SignalListener): void {
  if (!listeners.delete(listener) || listeners.size > 0) return
  for (const signal of signals) process.off(signal, tellAll)
}

/** Listens to SIGINT and SIGTERM. */
export function listenToSignals({ onFirst, onSecond }: SignalReactions): ProcessSignals {
  let received: EndSignal | undefined
  const listener = (signal: EndSignal): void => {
    if (received !== undefined) onSecond(signal, EXIT_CODES[signal])
    else onFirst((received = signal))
  }
  addListener(listener)
  return {
    get received() {
      return received
    },
    remove: () => removeListener(listener),
  }
}
