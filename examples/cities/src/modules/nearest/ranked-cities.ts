import type { CityPlace } from '../city-store/cities.grpc.js'

const EARTH_RADIUS_KM = 6_371

/** One city, and the nearest that is larger. */
export interface Isolation {
  readonly city: CityPlace
  readonly larger: CityPlace
  readonly distanceKm: number
}

/** Cities from the largest to the smallest, so that those before one are the larger ones; of equal ones that of the lower id. */
export class RankedCities {
  readonly revision: number
  readonly #cities: readonly CityPlace[]
  /** Where they are on a ball of radius 1: x, y and z of each. The larger the product of two, the nearer they are. */
  readonly #points: Float64Array

  constructor(revision: number, cities: readonly CityPlace[]) {
    this.revision = revision
    this.#cities = cities.toSorted((a, b) => b.population - a.population || a.id - b.id)
    this.#points = Float64Array.from(this.#cities.flatMap(pointOf))
  }

  /** The ranks of a country's cities, from the largest on. */
  ranksOf(country: string): readonly number[] {
    return [...this.#cities.keys()].filter((rank) => this.#cities[rank]?.country === country)
  }

  /** Looks at every larger city: the rank is what that costs. `undefined` for the largest, which has rank 0. */
  isolationOf(rank: number): Isolation | undefined {
    const points = this.#points
    const [x = 0, y = 0, z = 0] = points.subarray(3 * rank, 3 * rank + 3)
    let nearest = 0
    let closeness = -Infinity
    for (let other = 0; other < rank; other++) {
      const at = 3 * other
      const product = x * (points[at] ?? 0) + y * (points[at + 1] ?? 0) + z * (points[at + 2] ?? 0)
      if (product > closeness) [nearest, closeness] = [other, product]
    }
    const city = this.#cities[rank]
    const larger = this.#cities[nearest]
    if (!city || !larger || rank === 0) return undefined
    // Of places that are almost the same the product may come out beyond 1.
    return { city, larger, distanceKm: EARTH_RADIUS_KM * Math.acos(Math.min(1, closeness)) }
  }
}

function pointOf({ latitude, longitude }: CityPlace): [x: number, y: number, z: number] {
  const [north, east] = [(latitude * Math.PI) / 180, (longitude * Math.PI) / 180]
  return [Math.cos(north) * Math.cos(east), Math.cos(north) * Math.sin(east), Math.sin(north)]
}
