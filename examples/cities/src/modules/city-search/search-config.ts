import { z } from 'zod'

/** `modules.city-search.config` */
export const searchConfig = z.strictObject({
  /** How many cities are on a page that says nothing else. */
  page_size: z.int().min(1).max(100).default(20),
})
