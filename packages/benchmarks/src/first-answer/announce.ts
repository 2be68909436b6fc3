import { tell } from '../measuring/subject-process.js'

/** Says where the subject listens. */
export function announce(port: number): void {
  tell({ port })
}

/** Called by a subject's handler: says, once it has answered, how much memory the process took until then. */
export function answered(): void {
  setImmediate(() => tell({ peakBytes: process.resourceUsage().maxRSS * 1_024 }))
}
