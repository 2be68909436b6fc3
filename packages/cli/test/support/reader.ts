import { execFileSync } from 'node:child_process'
import { symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from '@jest/globals'
import { Folder, root } from './modkit.js'
import type { Page } from './pages.js'
import { Session } from './shell-session.js'
import { walkThrough } from './walkthrough.js'

/** What a reader of the README of a repository has: the repository. */
const CHECKOUT = ['package.json', 'node_modules', 'examples']

/** Does what a page says, and compares what it shows; with MODKIT_WRITE_DOCS=1 it brings the page up to date. */
export async function follow({ path, file, text }: Page): Promise<void> {
  await using folder = await Folder.create()
  const isInRepository = !path.startsWith('docs/')
  if (isInRepository) for (const name of CHECKOUT) await symlink(join(root, name), join(folder.path, name))
  const env = {
    ...(await readersEnvironment(folder)),
    ...(isInRepository && { APP__SERVER__HOME_DIR: join(folder.path, '.data') }),
  }
  await using session = new Session(folder.path, env)
  const fresh = await walkThrough(text, session)
  if (process.env['MODKIT_WRITE_DOCS'] === '1') await writeFile(file, fresh)
  else expect(fresh).toBe(text)
}

/** Commands that would come from the registry come from the sources: `fixtures/reader`. */
async function readersEnvironment(folder: Folder): Promise<NodeJS.ProcessEnv> {
  await folder.write('.curlrc', 'silent\n')
  return {
    ...process.env,
    PATH: `${join(root, 'packages/cli/test/fixtures/reader')}:${process.env['PATH'] ?? ''}`,
    READER_NPM: execFileSync('sh', ['-c', 'command -v npm'], { encoding: 'utf8' }).trim(),
    READER_NODE: process.execPath,
    READER_ROOT: root,
    READER_TSX: import.meta.resolve('tsx'),
    NODE_OPTIONS: '--conditions=modkit:source --test-reporter=spec',
    MODKIT_PACKAGES: join(root, 'packages'),
    APP__MODULES__API_GATEWAY__CONFIG__BIND_ADDR: '127.0.0.1:0',
    CURL_HOME: folder.path,
    npm_config_user_agent: '',
  }
}
