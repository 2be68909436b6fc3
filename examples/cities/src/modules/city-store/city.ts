/** One city of the world. */
export interface City {
  /** The number that GeoNames gave it. */
  readonly id: number
  readonly name: string
  /** ISO 3166-1 alpha-2. */
  readonly country: string
  /** The code of the first level below the country, such as a canton or a state; may be empty. */
  readonly region: string
  readonly population: number
  /** Degrees north, from -90 to 90. */
  readonly latitude: number
  /** Degrees east, from -180 to 180. */
  readonly longitude: number
}
