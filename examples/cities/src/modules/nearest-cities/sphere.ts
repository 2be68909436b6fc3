import type { Box } from '../city-store/city-store.js'

/** A place on earth, in degrees. */
export interface Place {
  readonly latitude: number
  readonly longitude: number
}

const EARTH_RADIUS_KM = 6_371
const KM_PER_DEGREE = (Math.PI * EARTH_RADIUS_KM) / 180

/** The longest way on earth. */
export const HALFWAY_AROUND_KM = Math.PI * EARTH_RADIUS_KM

const radians = (degrees: number): number => (degrees * Math.PI) / 180

/** The distance along the surface, in kilometres. */
export function distanceKm(a: Place, b: Place): number {
  const north = Math.sin(radians(b.latitude - a.latitude) / 2) ** 2
  const east = Math.sin(radians(b.longitude - a.longitude) / 2) ** 2
  const haversine = north + Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * east
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(haversine)))
}

/** Boxes that hold everything within a distance: two where the circle lies across the date line. */
export function boxesAround({ latitude, longitude }: Place, radiusKm: number): readonly Box[] {
  const height = radiusKm / KM_PER_DEGREE
  const south = Math.max(-90, latitude - height)
  const north = Math.min(90, latitude + height)
  // Around a pole, a circle lies across every meridian.
  if (south === -90 || north === 90) return [{ south, north, west: -180, east: 180 }]
  const widest = Math.sin(radians(height)) / Math.cos(radians(latitude))
  const width = (Math.asin(Math.min(1, widest)) * 180) / Math.PI
  return acrossDateLine(longitude - width, longitude + width).map((range) => ({ south, north, ...range }))
}

function acrossDateLine(west: number, east: number): readonly Pick<Box, 'west' | 'east'>[] {
  if (west < -180)
    return [
      { west: west + 360, east: 180 },
      { west: -180, east },
    ]
  if (east > 180)
    return [
      { west, east: 180 },
      { west: -180, east: east - 360 },
    ]
  return [{ west, east }]
}
