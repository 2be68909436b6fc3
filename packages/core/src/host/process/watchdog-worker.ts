/**
 * What the watchdog's thread runs. It is plain JavaScript in a text, because a worker cannot be started from a TypeScript
 * source, and it must not need the main thread for anything: that thread may be the one that hangs.
 *
 * `state[0]` counts the main thread's heartbeats.
 */
export const watchdogWorkerSource = `
'use strict'
const { parentPort, workerData } = require('node:worker_threads')
const { constants, fstatSync, openSync, writeSync } = require('node:fs')
const { state, blockedLoopMs, reactionMs } = workerData
// A longer delay would fire at once.
const MAX_DELAY_MS = 2 ** 31 - 1
let timer

// A full pipe that somebody made blocking would hold this thread too: opened anew it has a mode of its own.
const openStderr = () => {
  try {
    return fstatSync(2).isFIFO() ? openSync('/proc/self/fd/2', constants.O_WRONLY | constants.O_NONBLOCK) : 2
  } catch {
    return 2
  }
}
const say = (text) => {
  try {
    writeSync(openStderr(), text + '\\n')
  } catch {
    // Nobody reads stderr any more; the end of the process is what matters.
  }
}
const kill = (text) => {
  say(text)
  process.kill(process.pid, 'SIGKILL')
}
parentPort.on('message', ({ limitMs, what }) => {
  clearTimeout(timer)
  if (limitMs === undefined) return
  timer = setTimeout(() => {
    parentPort.postMessage({ expired: what, limitMs })
    setTimeout(() => kill('shutdown: ' + what + ' timed out after ' + limitMs + ' ms and the event loop is blocked, killing the process'), reactionMs)
  }, Math.min(limitMs, MAX_DELAY_MS))
})
if (blockedLoopMs !== undefined) {
  // Ticks of this thread, not time: a process that was suspended was silent as a whole, and is not blocked.
  const TICKS = 4
  let seen = -1
  let silentTicks = 0
  setInterval(() => {
    const beat = Atomics.load(state, 0)
    silentTicks = beat === seen ? silentTicks + 1 : 0
    seen = beat
    if (silentTicks >= TICKS) {
      kill('the event loop has been blocked for ' + blockedLoopMs + ' ms, killing the process')
    }
  }, blockedLoopMs / TICKS)
}
`
