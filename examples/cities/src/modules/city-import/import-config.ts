import { z } from 'zod'

/** `modules.city-import.config` */
export const importConfig = z.strictObject({
  /** How many cities are stored in one transaction. Smaller batches let requests through sooner. */
  batch_size: z.int().min(1).max(10_000).default(500),
  /** Import only the first cities of the source. Default all. */
  limit: z.int().min(0).optional(),
})
