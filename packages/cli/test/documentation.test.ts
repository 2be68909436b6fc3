import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { command, root } from './support/modkit.js'

const docs = join(root, 'docs')
/** A command, where it is called, and what the page says that it prints. */
const PRINTED = /(<!-- prints: (.+?) ?\$ modkit (.+?) -->\n\n```\w+\n)([\s\S]*?)```/g

test('what the pages show of the command is what it prints', async () => {
  const names = (await readdir(docs)).filter((name) => name.endsWith('.md'))
  const shown = await Promise.all(names.map((name) => checkPage(join(docs, name))))
  expect(shown.filter((count) => count > 0).length).toBeGreaterThan(1)
}, 120_000)

/** Gives how many outputs the page shows. */
async function checkPage(page: string): Promise<number> {
  const text = await readFile(page, 'utf8')
  const shown = [...text.matchAll(PRINTED)]
  expect(shown.length).toBe(text.split('<!-- prints: ').length - 1)
  const printed = await Promise.all(
    shown.map(([, , cwd = '', words = '']) => command(words.split(' '), { cwd: join(root, cwd) })),
  )
  const outputs = printed.values()
  const fresh = text.replaceAll(PRINTED, (_, head: string) => `${head}${outputs.next().value?.out ?? ''}\`\`\``)
  // MODKIT_WRITE_DOCS=1 brings the page up to date.
  if (process.env['MODKIT_WRITE_DOCS'] === '1') await writeFile(page, fresh)
  else expect(fresh).toBe(text)
  return shown.length
}
