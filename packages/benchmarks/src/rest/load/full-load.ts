import type { Connection } from './connections.js'

/** What a server under full load did. */
export interface Throughput {
  readonly requests: number
  readonly ms: number
}

/** Every connection sends its next request as soon as it has its answer, for `durationMs`. */
export function fullLoad(connections: readonly Connection[], request: Buffer, durationMs: number): Promise<Throughput> {
  return new Promise((resolve) => {
    const begun = performance.now()
    let requests = 0
    let busy = connections.length
    let lastMs = 0
    for (const connection of connections) {
      const onAnswer = (): void => {
        const ms = performance.now() - begun
        if (ms < durationMs) {
          requests++
          lastMs = ms
          connection.send(request, onAnswer)
        } else if (--busy === 0) {
          resolve({ requests, ms: lastMs })
        }
      }
      connection.send(request, onAnswer)
    }
  })
}
