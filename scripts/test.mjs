// Runs Jest on native ES modules and ends with one line that says how many tests passed, failed and were skipped.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, watch } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers'
import { fileURLToPath } from 'node:url'
import { exitCodeOf, summarise, summaryLine } from './test/summary.mjs'

const jest = fileURLToPath(import.meta.resolve('jest/bin/jest'))
// Without the flag Jest silently runs everything as CommonJS. It reaches Jest's workers, but not what the tests spawn.
const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning']
const nothing = { passed: 0, failed: 0, skipped: 0 }
/** How long Jest may live on after its last test: what still runs then was left behind by one of them. */
const LINGER_MS = 15_000

/** Ends a Jest that has written its result and is held by something that a test did not close: a failure, not a hang. */
function endLingering(child, folder) {
  const watcher = watch(folder, () => {
    watcher.close()
    const timer = setTimeout(() => {
      console.error('A test left something open that keeps Jest alive. Find it with: npm test -- --detectOpenHandles')
      child.kill('SIGKILL')
    }, LINGER_MS)
    timer.unref()
  })
  child.once('exit', () => watcher.close())
}

function runJest(args, folder) {
  const child = spawn(process.execPath, [...flags, jest, ...args], { stdio: 'inherit' })
  endLingering(child, folder)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]))
  })
}

const folder = mkdtempSync(join(tmpdir(), 'modkit-test-'))
try {
  const file = join(folder, 'result.json')
  const jestCode = await runJest([...process.argv.slice(2), '--json', `--outputFile=${file}`], folder)
  const summary = existsSync(file) ? summarise(JSON.parse(readFileSync(file, 'utf8'))) : nothing
  process.exitCode = exitCodeOf(summary, jestCode)
  if (jestCode !== 0 && summary.failed === 0) {
    console.error(`Jest ended with exit code ${jestCode} although no test failed: did a test set process.exitCode?`)
  }
  console.log(summaryLine(summary))
} finally {
  rmSync(folder, { recursive: true, force: true })
}
