import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { hostProgram, type HostProcess, type RunOptions } from '../support/host-program.js'

const program = hostProgram(new URL('../fixtures/signals/log-host.ts', import.meta.url))
const onLinux = process.platform === 'linux' ? test.concurrent : (test.skip as typeof test.concurrent)

const folders: string[] = []
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))))

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'modkit-logs-'))
  folders.push(folder)
  return folder
}

interface Logging extends RunOptions {
  readonly folder: string
  /** How many lines its module logs in `start`, in `stop`, and whenever it is told to. */
  readonly lines: number
  readonly how?: 'start-fails' | 'hangs' | 'waits'
}

const run = ({ folder, lines, how = 'waits', ...options }: Logging): Promise<HostProcess> =>
  program.run([folder, String(lines), how], options)

interface Line {
  readonly message: string
  readonly level: string
  readonly fields?: { readonly number?: number; readonly file?: string }
}

/** The JSON lines of a log; other text is left out. */
function linesOf(log: string): Line[] {
  return log.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Line] : []))
}

const numbersOf = (log: string): number[] => linesOf(log).flatMap(({ fields }) => fields?.number ?? [])
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i)
const fileOf = (folder: string): Promise<string> => readFile(join(folder, 'app.log'), 'utf8')

describe('every line that was logged before the end of stop arrives, in order, in a file and in a pipe', () => {
  test.concurrent('whose reader begins only then', async () => {
    const folder = await newFolder()
    const host = await run({ folder, lines: 1_500 })
    host.process.stderr?.pause()
    await host.says('ready\n')
    host.kill('SIGTERM')
    await host.says('stopping 3000\n')
    host.process.stderr?.resume()
    host.tell('go on')
    const { code, stderr } = await host.end
    expect(code).toBe(0)
    expect(numbersOf(stderr)).toEqual(upTo(3_000))
    expect(numbersOf(await fileOf(folder))).toEqual(upTo(3_000))
  })

  test.concurrent('or is counted, where more is logged than is kept for such a reader', async () => {
    const folder = await newFolder()
    const host = await run({ folder, lines: 12_000 })
    host.process.stderr?.pause()
    await host.says('ready\n')
    host.kill('SIGTERM')
    await host.says('stopping 24000\n')
    host.process.stderr?.resume()
    host.tell('go on')
    const { code, stderr } = await host.end
    expect(code).toBe(0)
    const file = await fileOf(folder)
    expect(numbersOf(file)).toEqual(upTo(24_000))
    const arrived = linesOf(stderr)
    const dropped = arrived.map(({ message }) => Number(/^(\d+) log lines dropped$/.exec(message)?.[1] ?? 0))
    const notices = dropped.filter((count) => count > 0)
    expect(notices.length).toBeGreaterThan(0)
    expect(arrived.length - notices.length + notices.reduce((sum, count) => sum + count, 0)).toBe(linesOf(file).length)
    const numbers = numbersOf(stderr)
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b))
  })

  test.concurrent('when the start fails', async () => {
    const folder = await newFolder()
    const host = await run({ folder, lines: 2_000, how: 'start-fails' })
    const { code, stderr } = await host.end
    expect(code).toBe(1)
    expect(numbersOf(stderr)).toEqual(upTo(2_000))
    expect(numbersOf(await fileOf(folder))).toEqual(upTo(2_000))
    expect(stderr).toMatch(/^The host did not start[.]\n[^]*no disk/m)
    expect(stderr.indexOf('The host did not start.')).toBeGreaterThan(stderr.lastIndexOf('"number":1999'))
  })
})

test.concurrent('the last line of a second signal stands on a line of its own, though the pipe was full', async () => {
  const host = await run({ folder: await newFolder(), lines: 3_000, how: 'hangs' })
  host.process.stderr?.pause()
  await host.says('ready\n')
  host.kill('SIGTERM')
  await host.says('stopping 6000\n')
  host.kill('SIGINT')
  host.process.stderr?.resume()
  const { code, stderr } = await host.end
  expect(code).toBe(130)
  expect(stderr.slice(-200)).toMatch(/\nSIGINT received again: exiting at once with code 130\n$/)
})

describe('a host serves on and ends in order, with exit code 0,', () => {
  test.concurrent('when the reader of its log is gone', async () => {
    const folder = await newFolder()
    const host = await run({ folder, lines: 500 })
    await host.says('ready\n')
    host.process.stderr?.destroy()
    host.tell('x')
    await host.says('logged 1000\n')
    host.tell('log')
    await host.says('logged 1500\n')
    host.kill('SIGTERM')
    await host.says('stopping 2000\n')
    host.tell('go on')
    expect(await host.end).toMatchObject({ code: 0, signal: null })
    expect(numbersOf(await fileOf(folder))).toEqual(upTo(2_000))
  })

  onLinux.each([
    ['when standard error is closed from the start', 'exec "$@" 2>&-'],
    ['when standard error is full', 'exec "$@" 2>/dev/full'],
  ])('%s', async (_, shell) => {
    const folder = await newFolder()
    const host = await run({ folder, lines: 100, shell })
    await host.says('ready\n')
    host.kill('SIGTERM')
    await host.says('stopping 200\n')
    host.tell('go on')
    expect(await host.end).toMatchObject({ code: 0, signal: null, stdout: expect.stringMatching(/\nend\n$/) })
    expect(numbersOf(await fileOf(folder))).toEqual(upTo(200))
  })

  onLinux('when standard output is closed from the start', async () => {
    const host = await run({ folder: await newFolder(), lines: 1, shell: 'exec "$@" >&-' })
    await host.says('Host is running')
    host.kill('SIGTERM')
    await host.says('"number":1')
    host.tell('go on')
    expect(await host.end).toMatchObject({ code: 0, signal: null, stdout: '' })
  })

  onLinux('when the disk of its log file is full, and says how many lines that cost', async () => {
    const folder = await newFolder()
    await symlink('/dev/full', join(folder, 'app.log'))
    const host = await run({ folder, lines: 100 })
    await host.says('ready\n')
    await host.says('A log file cannot be written')
    host.kill('SIGTERM')
    await host.says('stopping 200\n')
    host.tell('go on')
    const { code, stderr } = await host.end
    expect(code).toBe(0)
    expect(numbersOf(stderr)).toEqual(upTo(200))
    expect(lostBy(stderr)).toBe(linesOf(stderr).filter(({ fields }) => fields?.file === undefined).length)
  })

  onLinux('when its log file may not grow, and says how many lines that cost', async () => {
    const folder = await newFolder()
    const host = await run({ folder, lines: 1_000, shell: 'ulimit -f 64; exec "$@"' })
    await host.says('ready\n')
    await host.says('A log file cannot be written')
    host.kill('SIGTERM')
    await host.says('stopping 2000\n')
    host.tell('go on')
    const { code, signal, stderr } = await host.end
    expect({ code, signal }).toEqual({ code: 0, signal: null })
    expect(numbersOf(stderr)).toEqual(upTo(2_000))
    expect(lostBy(stderr)).toBeGreaterThan(1_000)
  })
})

/** How many lines the log says that a file has lost. */
function lostBy(log: string): number {
  const notices = linesOf(log).filter(
    ({ message, fields }) => / log lines? dropped$/.test(message) && fields?.file !== undefined,
  )
  return notices.reduce((sum, { message }) => sum + Number.parseInt(message), 0)
}
