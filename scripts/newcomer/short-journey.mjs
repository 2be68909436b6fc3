import { join } from 'node:path'
import { Journey } from './journey.mjs'
import { mustSucceed, personsEnvironment } from './processes.mjs'

/**
 * A newcomer's first hour without a database, and without an installation of its own: the application stands below a folder
 * in which every package is installed.
 *
 * @returns whether all went well, and every mistake was told well
 */
export async function shortJourney({ installed, tarballs }) {
  console.log('A newcomer, without a database:')
  const modules = join(installed, 'node_modules')
  try {
    const env = personsEnvironment()
    await mustSucceed([join(modules, '.bin/create-modkit'), 'shop', '--no-install', '--packages', tarballs], {
      cwd: installed,
      env,
    })
    const journey = new Journey({ app: join(installed, 'shop'), modules, tarballs }, { hasDatabase: false })
    await journey.whileRunning(['npm', 'run', 'dev'], (address) => journey.greeting(address))
    await journey.afterTheFirstAnswer()
    return await journey.mistakes({ copies: join(installed, 'mistakes'), atOnce: 2, shows: false })
  } catch (error) {
    console.error(`A newcomer would be stopped: ${error.message}`)
    return false
  }
}
