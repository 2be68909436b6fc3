import { expect, test } from '@jest/globals'
import { Books } from './fixtures/docs/books.js'
import { serve } from './support/serve.js'

const json = (method: string, body: object): RequestInit => ({
  method,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

test('the books of the page are added, read and listed', async () => {
  await using served = await serve({ modules: [Books] })
  const added = await served.fetch('/books/v1/books', json('POST', { title: 'Emma', year: 1815 }))
  expect([added.status, added.headers.get('location')]).toEqual([201, '/books/v1/books/1'])
  expect(await (await served.fetch('/books/v1/books/1')).json()).toEqual({ id: 1, title: 'Emma', year: 1815 })
  expect(await (await served.fetch('/books/v1/books?before=1800')).json()).toEqual({ items: [] })
  expect((await served.fetch('/books/v1/motto', json('PUT', { text: 'Read' }))).status).toBe(204)
  expect(await (await served.fetch('/books/v1/titles')).text()).toBe('Emma\nRead')
})

test('what the page says of errors is so', async () => {
  await using served = await serve({ modules: [Books] })
  const problemOf = async (path: string, init?: RequestInit): Promise<unknown> =>
    (await served.fetch(path, init)).json()
  expect(await problemOf('/books/v1/books/7')).toMatchObject({ status: 404, code: 'BOOK_NOT_FOUND' })
  expect(await problemOf('/books/v1/books', json('POST', { title: 'Cave', year: -9_000 }))).toMatchObject({
    status: 422,
    title: 'Before writing',
    code: 'TOO_OLD',
  })
  expect(await problemOf('/books/v1/books?limit=0&color=red')).toMatchObject({
    status: 422,
    code: 'VALIDATION_FAILED',
    errors: expect.arrayContaining([expect.objectContaining({ in: 'query', field: '/limit' })]),
  })
  expect((await served.fetch('/books/v1/books/7', { method: 'DELETE' })).status).toBe(405)
})
