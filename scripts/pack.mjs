// Packs every package that is released and examines what a user gets: the files, the manifest, the types; then installs all
// of them into one empty folder, and does there what users do: as JavaScript, CommonJS, TypeScript, and as a newcomer.
// Needs a build.
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { shortJourney } from './newcomer/short-journey.mjs'
import { consumerChecks } from './pack/consumers.mjs'
import { problemsOfPackage } from './pack/examine.mjs'
import { installTogether } from './pack/shared-install.mjs'
import { packAll } from './pack/tarballs.mjs'

const seconds = (startMs) => `${((performance.now() - startMs) / 1000).toFixed(1)} s`

async function examine(packed) {
  const problems = await problemsOfPackage(packed)
  for (const problem of problems) console.error(`${packed.name} ${problem}`)
  if (problems.length === 0)
    console.log(`${packed.name}: ${packed.files.length} files, no test among them; publint and attw agree.`)
  return problems.length === 0
}

async function consume(folder) {
  const outcomes = []
  for (const { name, check } of consumerChecks(folder)) {
    const start = performance.now()
    try {
      await check()
      console.log(`${name}: works from what is installed, ${seconds(start)}.`)
      outcomes.push(true)
    } catch (error) {
      console.error(`${name}: ${error.message}`)
      outcomes.push(false)
    }
  }
  return outcomes
}

async function main(folder) {
  const packed = await packAll(folder)
  const installed = join(folder, 'installed')
  const start = performance.now()
  // The tools look at the tarballs while npm waits for the network.
  const [examined] = await Promise.all([Promise.all(packed.map(examine)), installTogether(installed, packed)])
  console.log(`All of them are installed in one empty folder, ${seconds(start)}.`)
  const consumed = await consume(installed)
  const journey = await shortJourney({ installed, tarballs: folder })
  return [...examined, ...consumed, journey].every(Boolean)
}

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'modkit-pack-')))
try {
  process.exitCode = (await main(folder)) ? 0 : 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
