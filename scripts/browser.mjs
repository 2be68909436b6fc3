// Installs the browser that packages/gateway/test/explorer-browser.test.ts opens the gateway's page in: the system's own,
// where apt is the system's way. One that is there already costs nothing.
import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function installed() {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find(isExecutable)
}

function asRoot(...command) {
  const [program, ...args] = process.getuid?.() === 0 ? command : ['sudo', '--non-interactive', ...command]
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  return spawnSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'], env }).status === 0
}

if (installed() === undefined) {
  asRoot('apt-get', 'update', '-qq')
  asRoot('apt-get', 'install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-dejavu-core')
}

const browser = installed()
console.log(`Browser: ${browser ?? 'missing'}`)
if (browser === undefined) process.exitCode = 1
