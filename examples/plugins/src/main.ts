import { fileURLToPath } from 'node:url'
import { createHost } from '@modkit/core'
import { modules } from './modules.js'

const config = process.argv[2] ?? fileURLToPath(new URL('../config/plugins.yaml', import.meta.url))

await createHost({ modules, config }).run()
