import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from '@jest/globals'
import { command, Folder, InProcess, Modkit, root } from './support/modkit.js'

const run = promisify(execFile)

const LIMIT_MS = 60_000

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

/** A program that holds a port, lets go of it slowly, and says both. */
const program = (version: number, port: number, stop: string): string => `
import { createServer } from 'node:net'
const server = createServer()
server.on('error', (error) => { console.error('cannot listen', error.code); process.exit(1) })
process.on('SIGTERM', () => { ${stop} })
server.listen(${port}, '127.0.0.1', () => console.error('version ${version} listens'))
`

const slowly = `console.error('stopping'); setTimeout(() => { console.error('gone'); process.exit(0) }, 500)`

async function application(main: string): Promise<Folder> {
  const manifest = '{ "type": "module", "modkit": { "entry": "src/main.mjs" } }'
  return Folder.create({ 'package.json': manifest, 'src/main.mjs': main })
}

test(
  'the next process starts when the last one is gone, however slowly it lets go of its port',
  async () => {
    const port = await freePort()
    await using app = await application(program(1, port, slowly))
    await using dev = new Modkit(['dev'], { cwd: app.path })
    await dev.heard(/version 1 listens/)
    for (const version of [2, 3]) {
      await app.write('src/main.mjs', program(version, port, slowly))
      await dev.heard(new RegExp(`version ${String(version)} listens`))
    }
    dev.child.kill('SIGTERM')
    const { code, err } = await dev.ended
    expect(code).toBe(0)
    expect(err).not.toContain('cannot listen')
    const said = err.match(/version \d|gone/g)
    expect(said?.slice(0, 5)).toEqual(['version 1', 'gone', 'version 2', 'gone', 'version 3'])
  },
  LIMIT_MS,
)

test(
  'a process that ends by itself is waited for by a change; one that does not stop is killed',
  async () => {
    const port = await freePort()
    await using app = await application('console.error("broken"); process.exit(3)')
    await using dev = new Modkit(['dev', '--json', '--stop-limit', '200ms'], { cwd: app.path })
    await dev.heard(/"event":"ended","exitCode":3/)
    await app.write('src/main.mjs', program(2, port, '/* not now */'))
    await dev.heard(/version 2 listens/)
    await app.write('src/main.mjs', program(3, port, 'process.exit(0)'))
    await dev.heard(/version 3 listens/)
    dev.child.kill('SIGTERM')
    const { code, err } = await dev.ended
    expect(code).toBe(0)
    expect(err).toMatch(/"event":"killed"[\s\S]*version 3 listens/)
  },
  LIMIT_MS,
)

test(
  'it says what it watches, what changed and what it starts, until it is told to end',
  async () => {
    const port = await freePort()
    await using app = await application(program(1, port, 'process.exit(0)'))
    await using dev = new InProcess(['dev'], { cwd: app.path })
    const [, first] = await dev.heard(/watching \S*src, \S*package\.json\n.*started process (\d+)\n/)
    await app.write('src/main.mjs', 'process.exit(4)')
    const [, second] = await dev.heard(/src\/main\.mjs changed\n[^]*started process (\d+)\n/)
    expect(second).not.toBe(first)
    await dev.heard(/the application ended with code 4; waiting for a change/)
    await app.write('src/main.mjs', program(3, port, '/* not now */'))
    await dev.heard(/waiting for a change\n[^]*started process/)
    expect(await dev.end('SIGTERM')).toMatchObject({ code: 0, out: '' })
  },
  LIMIT_MS,
)

/** In place of npm: waits until somebody has read that it works, then has the package that is missing. */
const slowInstall = `#!/bin/sh
echo "installing" > ready
read go < go
ln -s ${join(root, 'node_modules/zod')} node_modules/zod
`

/** An application with a gateway alone. Everything of the workspace is installed but zod. */
async function withoutZod(): Promise<Folder> {
  const app = await Folder.create({
    'package.json': '{ "type": "module", "modkit": { "entry": "src/main.ts" } }',
    'config/app.yaml': 'server: { home_dir: data }\n',
    'src/main.ts': `
import { createHost } from '@modkit/core'
import { modules } from './modules.js'
await createHost({ modules, config: 'config/app.yaml' }).run()
`,
    'src/modules.ts': `import { ApiGateway } from '@modkit/gateway'\n\nexport const modules = [ApiGateway]\n`,
    'bin/npm': slowInstall,
  })
  await mkdir(join(app.path, 'node_modules'))
  const installed = (await readdir(join(root, 'node_modules'))).filter((name) => name !== 'zod')
  const link = (name: string) => symlink(join(root, 'node_modules', name), join(app.path, 'node_modules', name))
  await Promise.all(installed.map(link))
  await run('sh', ['-c', 'chmod +x bin/npm && mkfifo ready go'], { cwd: app.path })
  return app
}

test(
  'a module that is begun meanwhile joins once its packages are there, and the program never fails in between',
  async () => {
    await using app = await withoutZod()
    const env = {
      APP__MODULES__API_GATEWAY__CONFIG__BIND_ADDR: '127.0.0.1:0',
      PATH: `${join(app.path, 'bin')}:${process.env['PATH'] ?? ''}`,
      npm_config_user_agent: '',
    }
    await using dev = new Modkit(['dev'], { cwd: app.path, env })
    await dev.heard(/Host is running/)
    const making = command(['new', 'module', 'notes', '--db', '--rest'], { cwd: app.path, env })
    expect(await readFile(join(app.path, 'ready'), 'utf8')).toBe('installing\n')
    // What has changed up to now has been seen, and the program runs again without the module.
    await dev.heard(/package\.json[^\n]* changed[^]*Host is running/)
    await writeFile(join(app.path, 'go'), 'go\n')
    expect(await making).toMatchObject({ code: 0 })
    await dev.heard(/notes-store\.ts[^\n]* changed[^]*Initialized a module\.[^\n]*module=notes[^]*Host is running/)
    expect(dev.err).not.toContain('the application ended')
    dev.child.kill('SIGTERM')
    expect((await dev.ended).code).toBe(0)
  },
  3 * LIMIT_MS,
)
