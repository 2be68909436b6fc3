/**
 * What the thread of a child's life line runs. It is plain JavaScript in a text, for the reasons of the watchdog's: it must
 * work while the main thread hangs.
 */
export const lifeLineWorkerSource = `
'use strict'
const { parentPort, workerData } = require('node:worker_threads')
const { Socket } = require('node:net')

const kill = (pid) => {
  try {
    return process.kill(pid, 'SIGKILL')
  } catch {
    // There is no such group: on Windows there are none, and elsewhere this process does not lead one.
    return false
  }
}
let isGone = false
const gone = () => {
  if (isGone) return
  isGone = true
  parentPort.postMessage('gone')
  setTimeout(() => kill(-process.pid) || kill(process.pid), workerData.graceMs)
}
// Standard input in the event loop of this thread: the main one may not turn any more.
const line = new Socket({ fd: 0, readable: true, writable: false })
line.on('end', gone).on('close', gone).on('error', gone).resume()
`
