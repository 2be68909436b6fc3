import { defineErrors } from '@modkit/core'

export const cityErrors = defineErrors({
  CITY_NOT_FOUND: {
    status: 404,
    message: (d: { id: number }) => `There is no city ${d.id}.`,
    hint: 'Search for its name to find its id.',
  },
  CURSOR_INVALID: {
    status: 400,
    message: (d: { cursor: string }) => `"${d.cursor}" is not a cursor.`,
    hint: 'Take it from next_cursor of the page before.',
  },
})
