import { expect, test } from '@jest/globals'
import { errorPagesOf } from './error-pages.mjs'

test('each code has the group it stands in, its explanation and what to do, in lines without links', () => {
  const page = `# Errors

Not of a code.

## Building

Of the group.

### ONE_CODE

It comes
when [\`OTHER\`](#other) does.
To do: mend
it.

### OTHER

It just comes.

1. First.

## Running

### LAST

To do: nothing.
`
  expect(errorPagesOf(page)).toEqual({
    ONE_CODE: { group: 'Building', explanation: 'It comes when `OTHER` does.', todo: 'mend it.' },
    OTHER: { group: 'Building', explanation: 'It just comes.\n\n1. First.', todo: '' },
    LAST: { group: 'Running', explanation: '', todo: 'nothing.' },
  })
})
