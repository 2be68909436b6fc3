import type { Connection } from './connections.js'

/** What a server under full load did. */
export interface Throughput {
  readonly requests: number
  readonly ms: number
}

export interface FullLoadOptions {
  readonly durationMs: number
  /** Goes on until there were so many, but not longer than {@link PATIENCE} times as long. */
  readonly leastRequests?: number
}

const PATIENCE = 10

/** Every connection sends its next request as soon as it has its answer. */
export function fullLoad(
  connections: readonly Connection[],
  request: Buffer,
  { durationMs, leastRequests = 0 }: FullLoadOptions,
): Promise<Throughput> {
  return new Promise((resolve) => {
    const begun = performance.now()
    let requests = 0
    let busy = connections.length
    let lastMs = 0
    for (const connection of connections) {
      const onAnswer = (): void => {
        const ms = performance.now() - begun
        if (ms < durationMs || (requests < leastRequests && ms < durationMs * PATIENCE)) {
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
