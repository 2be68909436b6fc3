import { Buffer } from 'node:buffer'
import type { CityPosition } from '../city-store/city-store.js'
import { cityErrors } from './city-errors.js'

/** Where the next page begins, as a text that clients hand back without reading it. */
export function cursorOf({ population, id }: CityPosition): string {
  return Buffer.from(`${population}.${id}`).toString('base64url')
}

/** @throws CURSOR_INVALID */
export function positionOf(cursor: string): CityPosition {
  const [, population, id] = /^(\d+)\.(\d+)$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (population === undefined || id === undefined) throw cityErrors.CURSOR_INVALID({ cursor })
  return { population: Number(population), id: Number(id) }
}
