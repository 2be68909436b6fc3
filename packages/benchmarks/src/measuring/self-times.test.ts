import { expect, test } from '@jest/globals'
import { selfTimes } from './self-times.js'

const node = (id: number, functionName: string, url = '') => ({
  id,
  callFrame: { functionName, url, scriptId: '0', lineNumber: 9, columnNumber: 0 },
})

test('functions are told with their share of the time in which it worked, most first', () => {
  const nodes = [
    node(1, '(idle)'),
    node(2, 'writev'),
    node(3, 'answer', 'file:///somewhere/node_modules/one/dist/index.js'),
    // The same function, called from elsewhere.
    node(4, 'answer', 'file:///somewhere/node_modules/one/dist/index.js'),
    node(5, '', 'node:net'),
    // The watch.
    node(6, 'dispatch'),
  ]
  const profile = {
    nodes,
    startTime: 0,
    endTime: 0,
    samples: [1, 2, 3, 4, 5, 6],
    timeDeltas: [900, 25, 25, 40, 10, 80],
  }
  expect(selfTimes(profile)).toEqual([
    { where: 'answer one/dist/index.js:10', share: 0.65 },
    { where: 'writev', share: 0.25 },
    { where: '(anonymous) node:net:10', share: 0.1 },
  ])
})
