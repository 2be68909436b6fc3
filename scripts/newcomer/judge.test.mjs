import { describe, expect, test } from '@jest/globals'
import { missingIn, missingInExplanation } from './judge.mjs'

const good = `DEPENDENCY_UNKNOWN  src/notes.module.ts:18:2
  Module "notes" depends on "helo", which this host does not have.
  -> Did you mean "hello"?
`
const expected = { code: 'DEPENDENCY_UNKNOWN', names: ['"notes"', '"helo"'], place: 'src/notes.module.ts:18' }

describe('an error', () => {
  test('that says what, who, where and what next misses nothing', () => {
    expect(missingIn({ code: 1, output: good }, expected)).toEqual([])
  })

  test.each([
    ['its code', good.replace('DEPENDENCY_UNKNOWN', 'Error'), 'the code DEPENDENCY_UNKNOWN is not there'],
    ['a name', good.replace('"helo"', 'it'), 'it does not say "helo"'],
    ['its line', good.replace('18:2', '17:2'), 'it does not lead to src/notes.module.ts:18'],
    ['the next step', good.replace('->', ''), 'it does not say what to do next'],
  ])('without %s is found wanting', (_what, output, missing) => {
    expect(missingIn({ code: 1, output }, expected)).toEqual([missing])
  })

  test('must fail, stay short, and keep the frames of packages to itself', () => {
    expect(missingIn({ code: 0, output: good }, expected)).toEqual(['it ended with code 0, as if nothing were wrong'])
    const frames = `${good}    at start (/app/node_modules/@modkit/core/dist/index.js:1:2)\n`
    expect(missingIn({ code: 1, output: frames }, expected)).toEqual(['it shows stack frames of packages'])
    expect(missingIn({ code: 1, output: good + '\nmore'.repeat(40) }, expected)).toEqual(['it has 44 lines'])
  })
})

test('an explanation begins with its code and says what to do', () => {
  const output = 'BIND_FAILED  Running phases\n\n  The address is in use.\n\nTo do: stop what uses it.\n'
  expect(missingInExplanation({ code: 0, output }, 'BIND_FAILED')).toEqual([])
  expect(missingInExplanation({ code: 2, output: '' }, 'BIND_FAILED')).toHaveLength(3)
})
