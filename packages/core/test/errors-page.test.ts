import { readFile } from 'node:fs/promises'
import { expect, test } from '@jest/globals'
import { catalogue } from '@modkit/core/spi'

interface Entry {
  readonly code: string
  readonly text: string
}

/** Every heading of the third level, with what stands below it. */
async function readEntries(): Promise<readonly Entry[]> {
  const page = await readFile(new URL('../../../docs/errors.md', import.meta.url), 'utf8')
  return [...page.matchAll(/^### (.+)\n([^]*?)(?=^#|$(?![^]))/gm)].map(([, code = '', text = '']) => ({
    code,
    text: text.trim(),
  }))
}

test('the page of errors has every code of the catalogue, each once, and no other', async () => {
  const codes = (await readEntries()).map(({ code }) => code)
  expect(codes.toSorted()).toEqual(Object.keys(catalogue).toSorted())
})

test('each entry of the page says when its error comes and what to do', async () => {
  const incomplete = (await readEntries()).filter(({ text }) => !/^[A-Z`][^]+\.\s+To do: [^]+\.$/.test(text))
  expect(incomplete).toEqual([])
})
