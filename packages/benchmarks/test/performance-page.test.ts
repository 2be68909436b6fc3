import { readFile } from 'node:fs/promises'
import { expect, test } from '@jest/globals'
import { parseCommandLine } from '../src/command-line.js'

const LIMIT_MS = 60_000
const shown = await readFile(new URL('./fixtures/docs/commands.sh', import.meta.url), 'utf8')

test.each(shown.trim().split('\n'))(
  'the page has a command that the benches take: %s',
  async (line) => {
    const [command = ''] = line.split('#')
    const [npm, run, name = '', , ...words] = command.trim().split(/\s+/)
    expect([npm, run]).toEqual(['npm', 'run'])
    const manifest = await readFile(new URL('../../../package.json', import.meta.url), 'utf8')
    const { scripts } = JSON.parse(manifest) as { readonly scripts: Readonly<Record<string, string>> }
    expect(scripts[name]).toMatch(/ packages\/benchmarks\/dist\/main\.js$/)
    expect(parseCommandLine(words)).toMatchObject({ help: false, names: words.slice(0, 1) })
  },
  LIMIT_MS,
)
