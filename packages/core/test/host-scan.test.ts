import { expect, test } from '@jest/globals'
import { createHost, HostError } from '@modkit/core'
import { Child } from './support/child.js'

const directory = new URL('./fixtures/scan-app/', import.meta.url)

async function startApplication(...args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await new Child(new URL('main.ts', directory), args, directory).end
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
