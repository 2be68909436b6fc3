// What a stranger does with a release that has just been packed: in an empty folder, with an empty cache of npm, from
// `create-modkit` to a service with a database, and every mistake of the first hour. Says how long the first answered
// request takes. `--show` prints what is said of each mistake. Needs a build, the registry and a C++ toolchain where
// better-sqlite3 has no prebuilt binary.
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Journey } from './newcomer/journey.mjs'
import { mustSucceed, personsEnvironment } from './newcomer/processes.mjs'
import { packAll } from './pack/tarballs.mjs'

const seconds = (startMs) => `${((performance.now() - startMs) / 1000).toFixed(1)} s`

/** As `npm create modkit@latest shop`, with the packages from a folder instead of the registry. */
async function create(home, packed) {
  const needed = ['create-modkit', '@modkit/cli', '@modkit/core']
  const packages = packed.filter(({ name }) => needed.includes(name)).flatMap(({ tarball }) => ['--package', tarball])
  const command = [
    'npm',
    'exec',
    '--yes',
    ...packages,
    '--',
    'create-modkit',
    'shop',
    '--packages',
    join(home, 'packed'),
  ]
  await mustSucceed(command, { cwd: join(home, 'empty'), env: personsEnvironment() })
}

async function main(home) {
  for (const name of ['packed', 'empty']) mkdirSync(join(home, name))
  const packed = await packAll(join(home, 'packed'))
  process.env.npm_config_cache = join(home, 'cache')
  const start = performance.now()
  await create(home, packed)
  console.log(`  an application, with its packages: ${seconds(start)}`)
  const app = join(home, 'empty/shop')
  const place = { app, modules: join(app, 'node_modules'), tarballs: join(home, 'packed') }
  const journey = new Journey(place, { hasDatabase: true })
  await journey.whileRunning(['npm', 'run', 'dev'], async (address) => {
    await journey.greeting(address)
    console.log(`The first request is answered ${seconds(start)} after an empty folder.`)
  })
  await journey.afterTheFirstAnswer()
  return journey.mistakes({ copies: join(home, 'mistakes'), atOnce: 1, shows: process.argv.includes('--show') })
}

const home = realpathSync(mkdtempSync(join(tmpdir(), 'modkit-newcomer-')))
try {
  process.exitCode = (await main(home)) ? 0 : 1
} finally {
  rmSync(home, { recursive: true, force: true })
}
