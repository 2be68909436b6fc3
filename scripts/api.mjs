// The API reference (docs/api) and the API reports (packages/*/api), made of the types. Without arguments it writes them; with
// `--check` it only compares. Either way every export must be documented, and every link in a doc comment lead somewhere.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { doors } from './api/doors.mjs'
import { differences, writeFiles } from './api/files.mjs'
import { referenceFiles } from './api/reference.mjs'
import { reportFiles } from './api/reports.mjs'

const root = resolve(import.meta.dirname, '..')
const checking = process.argv.includes('--check')
const folder = mkdtempSync(join(tmpdir(), 'modkit-api-'))

try {
  const places = doors(root)
  const surroundings = { root, folder }
  const fresh = new Map([...(await referenceFiles(places, surroundings)), ...reportFiles(places, surroundings)])
  const stale = differences(root, fresh)
  if (checking)
    for (const problem of stale) console.error(`${problem}: run \`npm run docs:api\`, and look at what it changes.`)
  else writeFiles(root, fresh)
  if (!checking || stale.length === 0)
    console.log(`${places.length} doors: reference and reports say what the types say.`)
  process.exitCode = checking && stale.length > 0 ? 1 : 0
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
