// The command line as a function, and what applications write for it.

export type { AppSettings } from './application/app-settings.js'
export { runInProcess } from './command-line/run-in-process.js'
