// What a public file must not tell: the machine that it was written on.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, resolve } from 'node:path'

const publicPlaces = ['/', '/tmp', '/var/tmp', '/home', '/opt', '/srv', '/usr/src', '/mnt', '/Users']
const publicRegistry = 'registry.npmjs.org'

const git = (root, ...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim()

function registryHost(root) {
  const registry = execFileSync('npm', ['config', 'get', 'registry'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return new URL(registry.trim()).host
}

/** Words of one's own, one a line, in `.git/info/private-words`: a file that no clone carries. */
function ownWords(root) {
  const file = resolve(root, git(root, 'rev-parse', '--git-path', 'info/private-words'))
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : []
}

/** Texts that are private here: the folder of the checkout, the home directory, a registry other than the public one. */
export function privateTexts(root) {
  const folders = [dirname(root), homedir()].filter((folder) => !publicPlaces.includes(folder))
  const host = registryHost(root)
  return [...folders.map((folder) => `${folder}/`), ...(host === publicRegistry ? [] : [host]), ...ownWords(root)]
}

/** The private texts that a file tells. A folder counts where it begins a path, not where a longer one ends with it. */
export function leaksIn(content, texts) {
  return texts.filter((text) => {
    const literal = text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
    return new RegExp(`(?<![\\w.-])${literal}`).test(content)
  })
}
