import { clientKey, defineErrors } from '@modkit/core'
import { nearestLargerGrpc, type NearestLarger } from './nearest-larger.grpc.js'

/** What the module `nearest` offers, wherever it runs. */
export const nearestClient = clientKey<NearestLarger>('nearest', { grpc: nearestLargerGrpc })

export const isolationErrors = defineErrors({
  COUNTRY_UNKNOWN: {
    status: 404,
    message: (d: { country: string }) => `There is no city in a country "${d.country}".`,
    hint: 'Give a country that has cities, by its code of two letters, such as CH.',
  },
})
