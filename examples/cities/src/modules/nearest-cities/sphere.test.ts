import { describe, expect, test } from '@jest/globals'
import { boxesAround, distanceKm } from './sphere.js'

const zurich = { latitude: 47.36667, longitude: 8.55 }
const auckland = { latitude: -36.84853, longitude: 174.76349 }

describe('the distance', () => {
  test('is that along the surface, the same both ways', () => {
    expect(distanceKm(zurich, { latitude: 46.94809, longitude: 7.44744 })).toBeCloseTo(95.4, 0)
    expect(distanceKm(zurich, auckland)).toBeCloseTo(distanceKm(auckland, zurich), 9)
    expect(distanceKm(zurich, zurich)).toBe(0)
  })

  test('is short across the date line, and half the earth to the other pole', () => {
    expect(distanceKm({ latitude: 0, longitude: 179.9 }, { latitude: 0, longitude: -179.9 })).toBeCloseTo(22.2, 1)
    expect(distanceKm({ latitude: 90, longitude: 0 }, { latitude: -90, longitude: 77 })).toBeCloseTo(20_015, 0)
  })
})

describe('the boxes around a place', () => {
  test('hold everything within the radius', () => {
    for (const radius of [1, 100, 1_000, 5_000]) {
      const boxes = boxesAround(zurich, radius)
      for (let latitude = -90; latitude <= 90; latitude += 3) {
        for (let longitude = -180; longitude <= 180; longitude += 3) {
          const isNear = distanceKm(zurich, { latitude, longitude }) <= radius
          expect(isNear && !isInside(boxes, latitude, longitude)).toBe(false)
        }
      }
    }
  })

  test('are two where the circle lies across the date line', () => {
    const [east, west] = boxesAround({ latitude: 0, longitude: 179.5 }, 111.2)
    expect(east).toMatchObject({ east: 180 })
    expect(east?.west).toBeCloseTo(178.5, 2)
    expect(west).toMatchObject({ west: -180 })
    expect(west?.east).toBeCloseTo(-179.5, 2)
    expect(boxesAround({ latitude: 0, longitude: -179.5 }, 111.2)).toHaveLength(2)
  })

  test('go all the way round where the circle holds a pole', () => {
    expect(boxesAround({ latitude: 89, longitude: 20 }, 500)).toMatchObject([{ north: 90, west: -180, east: 180 }])
    expect(boxesAround({ latitude: -89, longitude: 20 }, 500)).toMatchObject([{ south: -90, west: -180, east: 180 }])
  })
})

function isInside(boxes: ReturnType<typeof boxesAround>, latitude: number, longitude: number): boolean {
  return boxes.some(
    ({ south, north, west, east }) => latitude >= south && latitude <= north && longitude >= west && longitude <= east,
  )
}
