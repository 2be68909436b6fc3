import { fileURLToPath } from 'node:url'
import { createHost } from '@modkit/core'
import { cities } from './cities.js'

// The configuration names files of the example and the program that runs them, wherever this is started from.
process.env['CITIES_HOME'] ??= fileURLToPath(new URL('..', import.meta.url))
process.env['NODE'] ??= process.execPath
const config = process.argv[2] ?? fileURLToPath(new URL('../config/cities.yaml', import.meta.url))

// #region host
await createHost({ modules: cities, config }).run()
// #endregion
