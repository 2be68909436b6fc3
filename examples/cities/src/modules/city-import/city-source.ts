import type { City } from '../city-store/city.js'

/** Where cities come from: a list that does not change as long as its name does not. */
export abstract class CitySource {
  /** Names the list and its version. */
  abstract readonly name: string
  /** Opens the list. Rejects with an `AbortError` when `signal` aborts, as all its readings do from then on. */
  abstract open(signal: AbortSignal): Promise<CityReader>
}

/** An open list of cities. */
export interface CityReader extends AsyncDisposable {
  readonly total: number
  /** The cities of a part of the list, in its order. */
  read(from: number, count: number): Promise<readonly City[]>
}
