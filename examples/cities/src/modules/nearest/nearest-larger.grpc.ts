// Written by "modkit-grpc gen" from nearest-larger.proto: change that file and run it again.
import type { CallOptions } from '@modkit/grpc'

/** Finds how far it is from a city to the nearest one that is larger. */
export interface NearestLarger {
  /** The cities of a country that are the farthest from any larger one, of whatever country. */
  mostIsolated(request: MostIsolatedRequest, options?: CallOptions): Promise<MostIsolatedReply>
}

/** For the client key: `clientKey<NearestLarger>('...', { grpc: nearestLargerGrpc })`. */
export const nearestLargerGrpc = {
  proto: new URL('../../../proto/nearest-larger.proto', import.meta.url),
  service: 'cities.v1.NearestLarger',
  int64: 'string',
} as const

export interface MostIsolatedRequest {
  /** ISO 3166-1 alpha-2. */
  readonly country: string
  /** How many at most; from 1 to 100, and 10 where it is not set. */
  readonly limit: number
}

/** A {@link MostIsolatedRequest} in which a field that is left out is as if it had not been sent. */
export const createMostIsolatedRequest = (fields: Partial<MostIsolatedRequest> = {}): MostIsolatedRequest => ({ country: '', limit: 0, ...fields })

export interface MostIsolatedReply {
  /** The farthest first. The largest city of all is not among them: there is none to go to. */
  readonly cities: readonly IsolatedCity[]
}

/** A {@link MostIsolatedReply} in which a field that is left out is as if it had not been sent. */
export const createMostIsolatedReply = (fields: Partial<MostIsolatedReply> = {}): MostIsolatedReply => ({ cities: [], ...fields })

export interface IsolatedCity {
  readonly id: number
  readonly name: string
  readonly country: string
  readonly population: number
  /** To the nearest larger city, along the surface of the earth. */
  readonly distanceKm: number
  readonly largerId: number
  readonly largerName: string
  readonly largerCountry: string
}

/** A {@link IsolatedCity} in which a field that is left out is as if it had not been sent. */
export const createIsolatedCity = (fields: Partial<IsolatedCity> = {}): IsolatedCity => ({ id: 0, name: '', country: '', population: 0, distanceKm: 0, largerId: 0, largerName: '', largerCountry: '', ...fields })
