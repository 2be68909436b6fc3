import { constants } from 'node:os'
import { systemClock } from '@modkit/core/spi'
import { exitCodes, SIGNAL_BASE } from './exit-codes.js'
import { runCommandLine } from './program.js'
import { Terminal } from './terminal.js'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Carries out the command line of this process, and sets its exit code. */
export async function runInProcess(args: readonly string[]): Promise<void> {
  const ending = new AbortController()
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      // Whoever asks twice does not want to wait.
      if (ending.signal.aborted) process.exit(SIGNAL_BASE + constants.signals[signal])
      ending.abort(signal)
    })
  }
  ignoreClosedPipes()
  process.exitCode = await runCommandLine(args, {
    cwd: process.cwd(),
    env: process.env,
    terminal: new Terminal(process.stdout, process.stderr),
    clock: systemClock,
    signal: ending.signal,
  })
  endedBy(ending.signal)
}

/** What a signal has ended before it was done is told by the exit code; an application that was run has one of its own. */
function endedBy({ aborted, reason }: AbortSignal): void {
  if (!aborted || process.exitCode !== exitCodes.problems) return
  const signal = SIGNALS.find((name) => name === reason)
  if (signal) process.exitCode = SIGNAL_BASE + constants.signals[signal]
}

/** `modkit routes | head` ends before all is written, which is nobody's mistake. */
function ignoreClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
    })
  }
}
