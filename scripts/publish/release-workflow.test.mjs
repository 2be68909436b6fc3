import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { readJson, root } from '../packages/manifests.mjs'

const { on, permissions, jobs } = parse(readFileSync(join(root, '.github/workflows/release.yml'), 'utf8'))
const commandsOf = ({ steps }) => steps.flatMap(({ run }) => (run === undefined ? [] : [run]))
const everyStep = Object.values(jobs).flatMap(({ steps }) => steps)

describe('the release workflow', () => {
  test('publishes what a tag names, after the whole check, the audit and the newcomer', () => {
    expect(on).toEqual({ push: { tags: ['v*'] } })
    expect(jobs.publish.needs).toEqual(['check', 'newcomer'])
    expect(commandsOf(jobs.check)).toEqual(
      expect.arrayContaining([expect.stringContaining('--tag'), 'bash .ci/run', 'npm audit --omit=dev']),
    )
    expect(commandsOf(jobs.newcomer)).toContain('npm run try:newcomer')
    expect(commandsOf(jobs.publish)).toContain('node scripts/publish.mjs')
  })

  test('lets one job alone say who it is, and none but the last write', () => {
    expect(permissions).toEqual({ contents: 'read' })
    const asked = Object.entries(jobs).filter(([, job]) => job.permissions?.['id-token'] === 'write')
    expect(asked.map(([name]) => name)).toEqual(['publish'])
    const writing = Object.entries(jobs).filter(([, job]) => job.permissions?.contents === 'write')
    expect(writing.map(([name]) => name)).toEqual(['notes'])
  })

  test('runs scripts that are there, and actions of others by their commits', () => {
    for (const { uses } of everyStep.filter((step) => step.uses)) expect(uses).toMatch(/@[0-9a-f]{40}$/)
    const commands = everyStep.flatMap(({ run = '' }) => run.split('\n'))
    for (const [, file] of commands
      .map((command) => /^(?:node|bash) (\S+)/.exec(command) ?? [])
      .filter(([found]) => found)) {
      expect([file, existsSync(join(root, file))]).toEqual([file, true])
    }
    const { scripts } = readJson(join(root, 'package.json'))
    for (const [, name] of commands.map((command) => /^npm run (\S+)/.exec(command) ?? []).filter(([found]) => found)) {
      expect(Object.keys(scripts)).toContain(name)
    }
  })
})
