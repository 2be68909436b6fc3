import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from '@jest/globals'
import { Folder, root } from './support/modkit.js'
import { Session } from './support/shell-session.js'
import { walkThrough } from './support/walkthrough.js'

/** It does everything that the page says, compiling included. */
const LIMIT_MS = 600_000
const page = join(root, 'docs/quickstart.md')
const run = promisify(execFile)

/** Commands that would come from the registry come from the sources: `fixtures/reader`. */
async function environment(folder: Folder): Promise<NodeJS.ProcessEnv> {
  await folder.write('.curlrc', 'silent\n')
  const { stdout } = await run('sh', ['-c', 'command -v npm'])
  return {
    ...process.env,
    PATH: `${join(root, 'packages/cli/test/fixtures/reader')}:${process.env['PATH'] ?? ''}`,
    READER_NPM: stdout.trim(),
    READER_ROOT: root,
    READER_TSX: import.meta.resolve('tsx'),
    NODE_OPTIONS: '--conditions=modkit:source --test-reporter=spec',
    MODKIT_PACKAGES: join(root, 'packages'),
    APP__MODULES__API_GATEWAY__CONFIG__BIND_ADDR: '127.0.0.1:0',
    CURL_HOME: folder.path,
    npm_config_user_agent: '',
  }
}

test(
  'who does what the quickstart says sees what it shows',
  async () => {
    await using folder = await Folder.create()
    const text = await readFile(page, 'utf8')
    await using session = new Session(folder.path, await environment(folder))
    const fresh = await walkThrough(text, session)
    // MODKIT_WRITE_DOCS=1 brings the page up to date.
    if (process.env['MODKIT_WRITE_DOCS'] === '1') await writeFile(page, fresh)
    else expect(fresh).toBe(text)
  },
  LIMIT_MS,
)
