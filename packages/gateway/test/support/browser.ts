import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium, type Browser } from 'playwright-core'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** The browser of this machine, if it has one; tests bring none along. */
export function browserExecutable(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(isExecutable)
}

/** A browser without a window, which knows no host but this machine's. */
export async function launchBrowser(executablePath: string): Promise<Browser> {
  const isRoot = process.getuid?.() === 0
  const args = ['--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1', ...(isRoot ? ['--no-sandbox'] : [])]
  return await chromium.launch({ executablePath, args })
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    // That it is not there, or may not be run, is the answer.
    return false
  }
}
