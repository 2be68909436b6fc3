import { expect, test } from '@jest/globals'
import { median } from './median.js'
import { interleaved, Measurements, takeTurn, type Subject } from './rounds.js'
import { table } from './table.js'

test('subjects are measured in turn, and the first round does not count', async () => {
  const order: string[] = []
  const subject = (name: string, figures: readonly number[]): Subject<'ms'> => {
    const left = [...figures]
    return {
      name,
      measure: () => {
        order.push(name)
        return Promise.resolve({ ms: left.shift() ?? NaN })
      },
    }
  }
  const measured = await interleaved([subject('ours', [900, 1, 3, 2]), subject('theirs', [1, 10, 30, 20])], 3)
  expect(order).toEqual(['ours', 'theirs', 'ours', 'theirs', 'ours', 'theirs', 'ours', 'theirs'])
  expect(measured.raw('ours', 'ms')).toEqual([1, 3, 2])
  expect(measured.median('theirs', 'ms')).toBe(20)
  expect(measured.ratio('ms', 'ours', 'theirs')).toBe(0.1)
})

test('a turn has an order of its own, which its figures do not show', async () => {
  const subjects = ['ours', 'theirs', 'floor'].map((name) => ({ name }))
  const measurements = new Measurements<'place'>()
  const order: string[] = []
  const measure = ({ name }: { readonly name: string }): Promise<{ place: number }> =>
    Promise.resolve({ place: order.push(name) })
  await takeTurn({ subjects, turn: 1 }, measure, measurements)
  expect(order).toEqual(['theirs', 'ours', 'floor'])
  expect(measurements.subjects).toEqual(['ours', 'theirs', 'floor'])
  expect(measurements.subjects.map((name) => measurements.raw(name, 'place'))).toEqual([[2], [1], [3]])
})

test('turns in which the machine is slow leave the paired ratio as it is', async () => {
  const subject = (name: string, figures: readonly number[]): Subject<'perSecond'> => {
    const left = [0, ...figures]
    return { name, measure: () => Promise.resolve({ perSecond: left.shift() ?? NaN }) }
  }
  // Two turns of half the speed, and a last one in which the next such phase begins between the two.
  const subjects = [subject('ours', [200, 100, 102, 210, 105]), subject('theirs', [100, 50, 51, 105, 100])]
  const measured = await interleaved(subjects, 5)
  expect(measured.pairedRatio('perSecond', 'ours', 'theirs')).toBe(2)
  expect(measured.ratio('perSecond', 'ours', 'theirs')).toBe(1.05)
})

test('the median is the middle figure, and nothing has none', () => {
  expect([median([5]), median([3, 1, 2]), median([4, 1, 3, 2])]).toEqual([5, 2, 2])
  expect(() => median([])).toThrow(RangeError)
})

test('a table has its first column to the left and its figures to the right', () => {
  expect(
    table(
      ['', 'ms'],
      [
        ['modkit', '7'],
        ['a', '1234'],
      ],
    ),
  ).toBe(['          ms', '------  ----', 'modkit     7', 'a       1234'].join('\n'))
})
