import { expect, test } from '@jest/globals'
import { Turns } from './turns.js'

test('turns are taken in order, and the first begins at once', async () => {
  const turns = new Turns()
  const events: string[] = []
  const take = (owner: { readonly name: string }): Promise<string> =>
    turns.take(owner, () => {
      events.push(`${owner.name} of ${(turns.owner as typeof owner).name}`)
      return Promise.resolve(owner.name)
    })
  const taken = ['a', 'b', 'c'].map((name) => take({ name }))
  expect(events).toEqual(['a of a'])
  turns.done()
  turns.done()
  expect(events).toEqual(['a of a', 'b of b', 'c of c'])
  turns.done()
  expect(turns.owner).toBeUndefined()
  expect(await Promise.all(taken)).toEqual(['a', 'b', 'c'])
})
