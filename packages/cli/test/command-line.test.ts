import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { Terminal, type TextStream } from '../src/command-line/terminal.js'
import { cities, command, Folder, InProcess, Modkit, modkit, root } from './support/modkit.js'

const LIMIT_MS = 60_000

/** An application that says when it is there, and ends as it is told to. */
const talking = {
  'package.json': '{ "type": "module", "modkit": { "entry": "main.mjs" } }',
  'main.mjs': `
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => { console.error('got', signal); process.exit(7) })
setInterval(() => undefined, 1000)
console.error('started with', process.argv.slice(2).join(' '))
`,
}

describe('what is wrong with the command line ends with 2', () => {
  test.each([
    { args: ['chek'], says: /unknown command 'chek'[\s\S]*check/ },
    { args: ['graph', '--format', 'png'], says: /Allowed choices are tree, mermaid, dot, json, svg/ },
    { args: ['explain', 'DEPENDENCY_UNKNWON'], says: /ERROR_CODE_UNKNOWN[\s\S]*DEPENDENCY_UNKNOWN/ },
    { args: ['check', '--cwd', '/'], says: /APP_NOT_FOUND[\s\S]*"modkit": \{ "entry"/ },
  ])('$args', async ({ args, says }) => {
    const { code, out, err } = await command(args)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(says)
  })

  test.each([
    { args: ['routes', '--jsn', '--json'], code: 'COMMAND_LINE_INVALID', says: "unknown option '--jsn'" },
    { args: ['chek', '--json'], code: 'COMMAND_LINE_INVALID', says: "unknown command 'chek'" },
    { args: ['graph', '--json', '--format', 'png'], code: 'COMMAND_LINE_INVALID', says: 'Allowed choices are tree' },
    { args: ['new', 'app', '--json'], code: 'COMMAND_LINE_INVALID', says: "missing required argument 'name'" },
    { args: ['check', '--json', '--cwd', '/'], code: 'APP_NOT_FOUND', says: 'There is no application' },
  ])('and programs get it as JSON: $args', async ({ args, code, says }) => {
    const ended = await command(args)
    expect(ended.code).toBe(2)
    expect(JSON.parse(ended.out)).toEqual({
      error: expect.objectContaining({ code, message: expect.stringContaining(says) }),
    })
  })

  test('what stands behind -- is the application’s, and asks for no JSON', async () => {
    expect(await command(['run', '--prnt', '--', '--json'])).toMatchObject({ code: 2, out: '' })
  })
})

test('help names every command, exit codes and examples, and ends with 0', async () => {
  const [all, one] = await Promise.all([modkit(['--help']), command(['graph', '--help'])])
  expect([all.code, one.code]).toEqual([0, 0])
  const commands = ['new', 'run', 'dev', 'migrate', 'check', 'graph', 'routes', 'config', 'doctor', 'explain']
  for (const command of commands) expect(all.out).toMatch(new RegExp(`^  ${command} `, 'm'))
  expect(all.out).toContain('Exit codes: 0')
  expect(one.out).toContain('modkit graph --format svg --output modules.svg')
})

test('the release is that of the package', async () => {
  const { version } = JSON.parse(await readFile(join(root, 'packages/cli/package.json'), 'utf8')) as { version: string }
  expect(await command(['--version'])).toMatchObject({ code: 0, out: `${version}\n` })
})

describe('run', () => {
  test(
    'passes arguments and signals to the application, and its exit code back',
    async () => {
      await using app = await Folder.create(talking)
      await using process = new Modkit(['run', '--', 'one', '--two'], { cwd: app.path })
      await process.heard(/started with one --two/)
      process.child.kill('SIGTERM')
      const { code, err } = await process.ended
      expect(code).toBe(7)
      expect(err.match(/got SIGTERM/g)).toHaveLength(1)
    },
    LIMIT_MS,
  )

  test(
    'tells programs what it started, and how that ended',
    async () => {
      await using app = await Folder.create({
        ...talking,
        'main.mjs': `process.on('SIGTERM', () => process.exit(7)); setInterval(() => undefined, 1000)`,
      })
      await using running = new InProcess(['run', '--json'], { cwd: app.path })
      const [, pid] = await running.heard(/"event":"started","pid":(\d+)/)
      // Whether it listens for the signal already does not matter: a signal that it does not hear ends it, too.
      const { code, err } = await running.end('SIGTERM')
      expect([7, 128 + 15]).toContain(code)
      expect(err).toContain(`{"event":"ended","exitCode":${String(code)}}`)
      expect(() => process.kill(Number(pid), 0)).toThrow('ESRCH')
    },
    LIMIT_MS,
  )

  test('prints how the application is run', async () => {
    const { out } = await command(['run', '--print', '--', 'a b'], { cwd: cities })
    expect(out).toBe("node --import tsx src/main.ts 'a b'\n")
  })
})

describe('colours', () => {
  function stream(facts: Partial<TextStream>): TextStream & { text: string } {
    return {
      text: '',
      ...facts,
      write(text: string) {
        this.text += text
      },
    }
  }

  test('are for terminals that have them, and for nothing else', () => {
    const shown = (facts: Partial<TextStream>): string => new Terminal(stream(facts), stream({})).paint('red', 'x')
    expect(shown({ isTTY: true, hasColors: () => true })).toBe('\u001b[31mx\u001b[39m')
    // What Node answers where NO_COLOR is set.
    expect(shown({ isTTY: true, hasColors: () => false })).toBe('x')
    expect(shown({ hasColors: () => true })).toBe('x')
    expect(shown({})).toBe('x')
  })

  test('and a line that goes on and on is, too', () => {
    const [watched, piped] = [stream({ isTTY: true }), stream({})]
    new Terminal(stream({}), watched).progress('1 s')
    new Terminal(stream({}), piped).progress('1 s')
    expect([watched.text, piped.text]).toEqual(['\r\u001b[K1 s', ''])
  })
})
