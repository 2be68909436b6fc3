// Everything that must hold before a change is shared: one list, the same on a desk and in CI. The tests come last, so
// that their summary is the last line; a step that fails does not keep the next ones from running.
import { spawnSync } from 'node:child_process'

const steps = [
  'format:check',
  'lint',
  'typecheck',
  'boundaries',
  'docs:check',
  'grpc:check',
  'versions:check',
  'build',
  'docs:api:check',
  'licences:check',
  'types:versions',
  'pack:check',
  'test',
]

const seconds = (startMs) => `${((performance.now() - startMs) / 1000).toFixed(1)} s`

function run(script) {
  const start = performance.now()
  console.log(`\n> ${script}`)
  const { status } = spawnSync('npm', ['run', '--silent', script], { stdio: 'inherit' })
  // After the tests nothing more is said: their summary ends the run.
  if (script !== 'test') console.log(`${status === 0 ? 'passed' : 'FAILED'}: ${script}, ${seconds(start)}`)
  return status === 0
}

function runAll() {
  const failed = []
  for (const script of steps) {
    if (script === 'test' && failed.length > 0) console.log(`\nFAILED before the tests: ${failed.join(', ')}`)
    if (!run(script)) failed.push(script)
  }
  return failed
}

process.exitCode = runAll().length === 0 ? 0 : 1
