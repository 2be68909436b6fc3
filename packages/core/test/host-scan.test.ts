import { spawn } from 'node:child_process'
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from '@jest/globals'
import { createHost, HostError } from '@modkit/core'
import { Child } from './support/child.js'

const directory = new URL('./fixtures/scan-app/', import.meta.url)

async function startApplication(...args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await new Child(new URL('main.ts', directory), args, { cwd: directory }).end
  return stdout || stderr
}

test('a host that lists no modules finds every *.module file beside its entry script, tests left out', async () => {
  await expect(startApplication()).resolves.toBe('orders users')
})

test('a glob narrows the search, and one that finds no module says so', async () => {
  await expect(startApplication('orders/*.module.ts')).resolves.toBe('orders')
  await expect(startApplication('/no/such/place/*.ts')).resolves.toContain('SCAN_EMPTY')
})

test('the registry of a host that scans is unknown before its start', () => {
  try {
    expect(createHost().registry).toBe('never reached')
  } catch (error) {
    expect(HostError.is(error, 'NOT_SCANNED')).toBe(true)
  }
})

describe('where no option says what to scan', () => {
  const findModules = JSON.stringify(new URL('../src/host/declaration/find-modules.ts', import.meta.url).href)

  /** Asks for the modules as a host does, and prints their number, or the error. */
  const program = `
    const { findModules } = await import(${findModules})
    const result = findModules(JSON.parse(process.env.OPTIONS ?? '{}')).then((found) => found.length, (error) => error)
    console.log(JSON.stringify(await result))`

  /** What a process prints that is started in the application's folder. */
  async function printed(args: readonly string[], { input = '' } = {}): Promise<unknown> {
    const flags = ['--conditions=modkit:source', '--import', 'tsx', '--input-type=module', ...args]
    const child = spawn(process.execPath, flags, { cwd: fileURLToPath(directory) })
    child.stdin.end(input)
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
    return stderr || (JSON.parse(stdout) as unknown)
  }

  test.each([
    ['-e', ['-e', program], ''],
    ['-e with arguments', ['-e', program, 'argument'], ''],
    ['standard input', ['-'], program],
  ])(
    'a program without a script, from %s, scans its current directory, not the one above',
    async (_from, args, input) => {
      await expect(printed(args, { input })).resolves.toMatchObject({
        code: 'SCAN_EMPTY',
        details: { directory: fileURLToPath(directory).replace(/\/$/, ''), patterns: ['**/*.module.js'] },
      })
    },
  )

  test('an entry script that is gone is named', async () => {
    const gone = fileURLToPath(new URL('gone.js', directory))
    await expect(printed(['-e', program, gone])).resolves.toMatchObject({
      code: 'SCAN_FAILED',
      details: { file: gone, reason: expect.stringContaining('entry script') },
    })
  })

  test('a script without its extension, or by its folder, is found as Node finds it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'modkit-scan-'))
    try {
      await writeFile(join(folder, 'index.js'), '')
      for (const script of [folder, join(folder, 'index')]) {
        await expect(printed(['-e', program, script])).resolves.toMatchObject({
          code: 'SCAN_EMPTY',
          details: { directory: await realpath(folder) },
        })
      }
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  test('the script for children does not move the scan', async () => {
    const other = `process.env.OPTIONS = JSON.stringify({ entry: '/no/such/script.js' });${program}`
    const script = fileURLToPath(new URL('main.ts', directory))
    await expect(printed(['-e', other, script])).resolves.toBe(2)
  })
})
