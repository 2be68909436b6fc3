// Starts the database servers that the tests talk to, where nobody has named some by MODKIT_TEST_POSTGRES or
// MODKIT_TEST_MYSQL and none listens on the usual port: from Debian's packages, with data of their own that anybody on this
// machine may use. Servers that are there already cost nothing, and are not touched.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, openSync, readdirSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

const START_LIMIT_MS = 60_000
const folder = join(tmpdir(), 'modkit-test-databases')
const isRoot = process.getuid?.() === 0

/** Servers refuse to run as root: Debian's packages bring a user for each. */
const as = (user, command) => (isRoot ? ['runuser', '-u', user, '--', ...command] : command)

function run(command, options = {}) {
  const [program, ...args] = command
  return spawnSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'], ...options }).status === 0
}

function install(...packages) {
  const sudo = isRoot ? [] : ['sudo', '--non-interactive']
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' }
  run([...sudo, 'apt-get', 'update', '-qq'])
  run([...sudo, 'apt-get', 'install', '-y', '-qq', '--no-install-recommends', ...packages], { env })
}

/** A folder that belongs to the one who is to run the server. */
function ownFolder(name, user) {
  const path = join(folder, name)
  mkdirSync(path, { recursive: true })
  if (isRoot) run(['chown', user, path])
  return path
}

/** Goes on when this program has ended. */
function startInBackground(command, log) {
  const [program, ...args] = command
  const output = openSync(log, 'a')
  spawn(program, args, { detached: true, stdio: ['ignore', output, output] }).unref()
}

const servers = [
  {
    name: 'PostgreSQL',
    variable: 'MODKIT_TEST_POSTGRES',
    port: 5432,
    packages: ['postgresql'],
    programs() {
      const root = '/usr/lib/postgresql'
      const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : []
      return versions.map((version) => join(root, version, 'bin')).find((path) => existsSync(join(path, 'initdb')))
    },
    start(programs) {
      const user = isRoot ? 'postgres' : userInfo().username
      const home = ownFolder('postgres', user)
      const data = join(home, 'data')
      if (!existsSync(join(data, 'PG_VERSION')))
        run(as(user, [join(programs, 'initdb'), '-D', data, '-U', 'postgres', '-A', 'trust', '--no-sync']))
      const options = ['-D', data, '-h', '127.0.0.1', '-p', String(this.port), '-k', home, '-F']
      startInBackground(as(user, [join(programs, 'postgres'), ...options]), join(folder, 'postgres.log'))
    },
  },
  {
    name: 'MariaDB',
    variable: 'MODKIT_TEST_MYSQL',
    port: 3306,
    packages: ['mariadb-server'],
    programs: () => ['/usr/sbin', '/usr/bin'].find((path) => existsSync(join(path, 'mariadbd'))),
    start(programs) {
      const user = isRoot ? 'mysql' : userInfo().username
      const home = ownFolder('mariadb', user)
      const data = join(home, 'data')
      const common = ['--no-defaults', `--datadir=${data}`]
      if (!existsSync(join(data, 'mysql')))
        run(as(user, ['mariadb-install-db', ...common, '--auth-root-authentication-method=normal']), {
          stdio: 'ignore',
        })
      const place = ['--bind-address=127.0.0.1', `--port=${this.port}`, `--socket=${join(home, 'socket')}`]
      const bootstrap = join(home, 'init.sql')
      run(['sh', '-c', `echo 'CREATE DATABASE IF NOT EXISTS test;' > ${bootstrap}`])
      const command = [join(programs, 'mariadbd'), ...common, ...place, `--init-file=${bootstrap}`]
      startInBackground(as(user, command), join(folder, 'mariadb.log'))
    },
  },
]

function listens(port) {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' })
    const settle = (answer) => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', () => settle(true))
    socket.once('error', () => settle(false))
  })
}

async function provide(server) {
  if (process.env[server.variable] !== undefined) return 'named by its variable'
  if (await listens(server.port)) return 'listens already'
  if (server.programs() === undefined) install(...server.packages)
  // What the package has started by itself is as good.
  if (await listens(server.port)) return 'listens since its installation'
  const programs = server.programs()
  if (programs === undefined) return undefined
  mkdirSync(folder, { recursive: true })
  server.start(programs)
  const until = Date.now() + START_LIMIT_MS
  while (!(await listens(server.port))) {
    if (Date.now() > until) return undefined
    await pause(200)
  }
  return 'was started'
}

for (const server of servers) {
  const outcome = await provide(server)
  console.log(`${server.name}: ${outcome ?? `missing; see ${folder}`}`)
  if (outcome === undefined) process.exitCode = 1
}
