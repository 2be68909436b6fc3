// Written by "modkit-grpc gen" from cities.proto: change that file and run it again.
import type { CallOptions } from '@modkit/grpc'

/** Hands over all cities, for whoever computes with every one of them. */
export interface Cities {
  /** In parts, read no faster than they are asked for; none where the cities are still those of the known revision. */
  listCities(request: ListCitiesRequest, options?: CallOptions): AsyncIterable<CityPart>
}

/** For the client key: `clientKey<Cities>('...', { grpc: citiesGrpc })`. */
export const citiesGrpc = {
  proto: new URL('../../../proto/cities.proto', import.meta.url),
  service: 'cities.v1.Cities',
  int64: 'string',
} as const

export interface ListCitiesRequest {
  /** What the caller has already; 0 for nothing. */
  readonly knownRevision: number
}

/** A {@link ListCitiesRequest} in which a field that is left out is as if it had not been sent. */
export const createListCitiesRequest = (fields: Partial<ListCitiesRequest> = {}): ListCitiesRequest => ({ knownRevision: 0, ...fields })

export interface CityPart {
  /** Of the cities as the list was begun; the next batch of an import changes it. */
  readonly revision: number
  readonly cities: readonly CityPlace[]
}

/** A {@link CityPart} in which a field that is left out is as if it had not been sent. */
export const createCityPart = (fields: Partial<CityPart> = {}): CityPart => ({ revision: 0, cities: [], ...fields })

export interface CityPlace {
  readonly id: number
  readonly name: string
  /** ISO 3166-1 alpha-2. */
  readonly country: string
  readonly population: number
  /** Degrees north, from -90 to 90. */
  readonly latitude: number
  /** Degrees east, from -180 to 180. */
  readonly longitude: number
}

/** A {@link CityPlace} in which a field that is left out is as if it had not been sent. */
export const createCityPlace = (fields: Partial<CityPlace> = {}): CityPlace => ({ id: 0, name: '', country: '', population: 0, latitude: 0, longitude: 0, ...fields })
