import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { command, root } from './support/modkit.js'
import { allPages, type Page } from './support/pages.js'

/** A command, where it is called, and what the page says that it prints. */
const PRINTED = /(<!-- prints: (.+?) ?\$ modkit (.+?) -->\n\n```\w+\n)([\s\S]*?)```/g

test('what the pages show of the command is what it prints', async () => {
  const shown = await Promise.all(allPages().map(checkPage))
  expect(shown.filter((count) => count > 0).length).toBeGreaterThan(1)
}, 120_000)

/** Gives how many outputs the page shows. */
async function checkPage({ file, text }: Page): Promise<number> {
  const shown = [...text.matchAll(PRINTED)]
  const printed = await Promise.all(
    shown.map(([, , cwd = '', words = '']) => command(words.split(' '), { cwd: join(root, cwd) })),
  )
  const outputs = printed.values()
  const fresh = text.replaceAll(PRINTED, (_, head: string) => `${head}${outputs.next().value?.out ?? ''}\`\`\``)
  // MODKIT_WRITE_DOCS=1 brings the page up to date.
  if (process.env['MODKIT_WRITE_DOCS'] !== '1') expect(fresh).toBe(text)
  else if (fresh !== text) await writeFile(file, fresh)
  return shown.length
}
