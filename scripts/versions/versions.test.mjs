import { describe, expect, test } from '@jest/globals'
import { changelogProblems, released, sectionOf } from './changelog.mjs'
import { inStep, outOfStep } from './lockstep.mjs'

const core = { name: '@modkit/core', version: '0.1.0', dependencies: { yaml: '^2.0.0' } }
const db = { name: '@modkit/db', version: '0.1.0', dependencies: { '@modkit/core': '0.1.0', knex: '^3.0.0' } }
const names = new Set(['@modkit/core', '@modkit/db'])

describe('versions in lockstep', () => {
  test('are those of the packages and of what they ask of each other', () => {
    expect(outOfStep([core, db], '0.1.0')).toEqual([])
    const loose = { ...db, dependencies: { '@modkit/core': '^0.1.0' } }
    expect(outOfStep([{ ...core, version: '0.2.0' }, loose], '0.1.0')).toEqual([
      '@modkit/core has the version 0.2.0, not 0.1.0.',
      '@modkit/db asks for @modkit/core ^0.1.0, not 0.1.0.',
    ])
  })

  test('rise together, and leave the packages of others alone', () => {
    const raised = [core, db].map((manifest) => inStep(manifest, { names, version: '0.2.0' }))
    expect(outOfStep(raised, '0.2.0')).toEqual([])
    expect(raised[1].dependencies).toEqual({ '@modkit/core': '0.2.0', knex: '^3.0.0' })
    expect(db.dependencies['@modkit/core']).toBe('0.1.0')
  })
})

describe('the changelog', () => {
  const text = '# Changelog\n\n## Unreleased\n\n- A door.\n\n## 0.1.0 (2026-01-02)\n\n- A house.\n'

  test('moves what was not released under its version', () => {
    const next = released(text, { version: '0.2.0', date: '2026-03-04' })
    expect(next).toBe(
      '# Changelog\n\n## Unreleased\n\nNothing yet.\n\n## 0.2.0 (2026-03-04)\n\n- A door.\n\n## 0.1.0 (2026-01-02)\n\n- A house.\n',
    )
    expect(sectionOf(next, '0.2.0')).toBe('- A door.')
    expect(changelogProblems(next, '0.2.0')).toEqual([])
    expect(() => released(next, { version: '0.3.0', date: '2026-03-05' })).toThrow('what changes')
    expect(() => released(text, { version: '0.1.0', date: '2026-03-05' })).toThrow('already')
  })

  test('that lacks a section is told', () => {
    expect(changelogProblems('# Changelog\n', '0.1.0')).toEqual([
      'CHANGELOG.md has no section "## Unreleased".',
      'CHANGELOG.md has no section for 0.1.0.',
    ])
  })
})
