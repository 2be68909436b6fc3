import { z } from 'zod'

// What goes over HTTP.

export const CityBody = z.object({
  id: z.int(),
  name: z.string(),
  country: z.string(),
  region: z.string(),
  population: z.int(),
  latitude: z.number(),
  longitude: z.number(),
})

export const CityPage = z.object({
  items: z.array(CityBody),
  /** Give it as `cursor` to get what follows; absent on the last page. */
  next_cursor: z.string().optional(),
})

export const CityParams = z.object({ id: z.int().positive() })

export const CityFilter = z.strictObject({
  prefix: z.string().min(1).max(100).optional(),
  country: z
    .string()
    .regex(/^[A-Za-z]{2}$/)
    .optional(),
  min_population: z.int().min(0).optional(),
  max_population: z.int().min(0).optional(),
  limit: z.int().min(1).max(100).optional(),
  cursor: z.string().max(100).optional(),
})

export const NeighbourFilter = z.strictObject({
  limit: z.int().min(1).max(50).default(5),
  max_distance_km: z.number().positive().max(1_000).default(100),
})

export const Neighbours = z.object({
  items: z.array(CityBody.omit({ region: true }).extend({ distance_km: z.number() })),
})

export const CountryParams = z.object({ country: z.string().regex(/^[A-Za-z]{2}$/) })

export const IsolationFilter = z.strictObject({ limit: z.int().min(1).max(100).default(10) })

const NamedCity = CityBody.pick({ id: true, name: true, country: true })

export const IsolatedCities = z.object({
  items: z.array(NamedCity.extend({ population: z.int(), distance_km: z.number(), nearest_larger: NamedCity })),
})
