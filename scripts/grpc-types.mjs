// Writes the types of the proto files of the workspace, or with --check fails where one is not what would be written.
import { spawnSync } from 'node:child_process'

/** What `modkit-grpc gen` is told for each proto file. */
const files = [
  ['--int64', 'bigint', 'packages/grpc/test/fixtures/probe.proto'],
  ['packages/testing/test/fixtures/runners/placements/stamps.proto'],
  ['packages/grpc/test/fixtures/moved/work.proto'],
  ['--out', 'packages/benchmarks/src/grpc', 'packages/benchmarks/proto/accounts.proto'],
  ['--out', 'examples/cities/src/modules/city-store', 'examples/cities/proto/cities.proto'],
  ['--out', 'examples/cities/src/modules/nearest', 'examples/cities/proto/nearest-larger.proto'],
]

// From its source, so that no build is needed first.
const command = ['--conditions=modkit:source', '--import', 'tsx', 'packages/grpc/src/generate/main.ts', 'gen']

const outcomes = files.map((words) => {
  const { status } = spawnSync(process.execPath, [...command, ...words, ...process.argv.slice(2)], { stdio: 'inherit' })
  return status
})
process.exitCode = outcomes.every((status) => status === 0) ? 0 : 1
