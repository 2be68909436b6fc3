import { clientKey, defineErrors } from '@modkit/core'
import type { CallOptions } from '@modkit/grpc'
import type { City } from '../city-store/city.js'

// What the proto file says, in TypeScript.

export interface NearestCitiesRequest {
  readonly latitude: number
  readonly longitude: number
  /** From 1 to 100; default 10. */
  readonly limit?: number
  /** Default 1,000. */
  readonly maxDistanceKm?: number
}

export interface NearCity extends Omit<City, 'region'> {
  readonly distanceKm: number
}

export interface NearestCitiesReply {
  /** The nearest first. */
  readonly cities: readonly NearCity[]
}

/** Finds cities by where they are; what the module `nearest-cities` offers, in this process and over gRPC. */
export interface NearestCities {
  nearestCities(request: NearestCitiesRequest, options?: CallOptions): Promise<NearestCitiesReply>
}

export const nearestCitiesClient = clientKey<NearestCities>('nearest-cities', {
  grpc: { proto: new URL('../../../proto/nearest.proto', import.meta.url), service: 'cities.v1.Nearest' },
})

export const nearestErrors = defineErrors({
  COORDINATE_INVALID: {
    status: 400,
    message: (d: { latitude: number; longitude: number }) =>
      `There is no place on earth at latitude ${d.latitude}, longitude ${d.longitude}.`,
    hint: 'Give degrees: latitude from -90 to 90, longitude from -180 to 180.',
  },
})
