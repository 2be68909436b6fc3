// Installs the Python peers that packages/grpc/test/python-peers.test.ts has our hub called by: Debian's own gRPC, where apt is
// the system's way. What is there already costs nothing.
import { spawnSync } from 'node:child_process'

const PYTHON = '/usr/bin/python3'

const isThere = () => spawnSync(PYTHON, ['-c', 'import grpc, grpc_tools'], { stdio: 'ignore' }).status === 0

function asRoot(...command) {
  const [program, ...args] = process.getuid?.() === 0 ? command : ['sudo', '--non-interactive', ...command]
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  return spawnSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'], env }).status === 0
}

if (!isThere()) {
  asRoot('apt-get', 'update', '-qq')
  asRoot('apt-get', 'install', '-y', '-qq', '--no-install-recommends', 'python3-grpcio', 'python3-grpc-tools')
}

console.log(`gRPC for Python: ${isThere() ? PYTHON : 'missing'}`)
if (!isThere()) process.exitCode = 1
