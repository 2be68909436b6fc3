// Runs Jest on native ES modules. Without the flag Jest would silently run everything as CommonJS.
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'

const jest = createRequire(import.meta.url).resolve('jest/bin/jest')
const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning']
const nodeOptions = [process.env.NODE_OPTIONS, ...flags].filter(Boolean).join(' ')
const result = spawnSync(process.execPath, [jest, ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, NODE_OPTIONS: nodeOptions },
})
process.exit(result.status ?? 1)
