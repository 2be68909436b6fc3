import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { createInterface, type Interface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from '@jest/globals'

type Child = ChildProcessByStdio<Writable, Readable, Readable>

const groups: number[] = []

afterEach(() => {
  for (const group of groups.splice(0)) killGroup(group)
})

/** Each child leads a group of its own, so that what it started ends with it. */
function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL')
  } catch {
    // All of them have ended.
  }
}

function run(command: string, args: readonly string[]): Child {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], detached: true })
  groups.push(child.pid!)
  return child
}

function start(name: string): { child: Child; stdout: AsyncIterator<string>; exit: Promise<unknown[]> } {
  const file = fileURLToPath(new URL(`./fixtures/logging/${name}`, import.meta.url))
  const args = ['--expose-gc', '--conditions=modkit:source', '--import', 'tsx', file]
  const child = run(process.execPath, args)
  const lines: Interface = createInterface(child.stdout)
  return { child, stdout: lines[Symbol.asyncIterator](), exit: once(child, 'close') }
}

async function nextJson<T>(lines: AsyncIterator<string>): Promise<T> {
  const { value } = (await lines.next()) as { value: string }
  return JSON.parse(value) as T
}

test('a process outlives the reader of its log', async () => {
  const { child, stdout, exit } = start('closed-pipe.ts')
  await once(child.stderr, 'data')
  child.stderr.destroy()
  child.stdin.write('go')
  const { droppedLines, listeners } = await nextJson<{ droppedLines: number; listeners: number }>(stdout)
  expect(droppedLines).toBeGreaterThan(800)
  expect(listeners).toBe(0)
  expect(await exit).toEqual([0, null])
}, 60_000)

interface FloodReport {
  readonly droppedLines: number
  readonly grownBy: number
  readonly retained: number
  readonly longestTurnMs: number
  readonly flushMs: number
  readonly lastLineMs: number
}

test('a flood into a pipe that nobody reads neither blocks nor grows, and what was lost is said afterwards', async () => {
  const { child, stdout, exit } = start('full-pipe.ts')
  const report = await nextJson<FloodReport>(stdout)
  expect(report.droppedLines).toBeGreaterThan(180_000)
  expect(report.retained).toBeLessThan(10)
  expect(report.grownBy).toBeLessThan(60)
  expect(report.longestTurnMs).toBeLessThan(500)
  expect(report.flushMs).toBeLessThan(1_900)
  expect(report.lastLineMs).toBeLessThan(1_000)

  const log = text(child.stderr)
  child.stdin.write('read on')
  expect(await exit).toEqual([0, null])
  const lines = (await log).trimEnd().split('\n')
  expect(lines.at(-2)).toContain(`${String(report.droppedLines)} log lines dropped`)
  expect(lines.at(-1)).toContain('after the flood')
  // Every line was written or counted: the first one, the flood, the notice and the last one.
  expect(lines.length + report.droppedLines).toBe(1 + 200_000 + 2)
}, 60_000)

test('the last line of a process comes after the others, and before its end', async () => {
  const { child, exit } = start('last-line.ts')
  const log = await text(child.stderr)
  expect(log).toMatch(/ first\nlast\n$/)
  expect(await exit).toEqual([7, null])
}, 60_000)

const onLinux = process.platform === 'linux' ? test : test.skip

onLinux(
  'the last line does not wait for a full pipe that has become blocking',
  async () => {
    const file = fileURLToPath(new URL('./fixtures/logging/blocking-pipe.ts', import.meta.url))
    // A shell makes a real pipe, whose reader reads nothing; Node would make a pair of sockets.
    const node = `"${process.execPath}" --conditions=modkit:source --import tsx "${file}"`
    const child = run('sh', ['-c', `{ ${node} 2>&1 >&3 | sleep 600; } 3>&1`])
    const [answer] = (await once(child.stdout, 'data')) as [Buffer]
    expect(answer.toString()).toBe('still here')
  },
  60_000,
)
