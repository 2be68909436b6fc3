import { describe, expect, test } from '@jest/globals'
import { anchorsOf, localLinks } from './links.mjs'

describe('the anchors of a page', () => {
  test('are what GitHub makes of the headings, repeated ones numbered', () => {
    const page = '# What `createHost` does\n\n## Phases: 1–8\n\n## Again\n\n### Again\n'
    expect([...anchorsOf(page)]).toEqual(['what-createhost-does', 'phases-18', 'again', 'again-1'])
  })

  test('are also those that it sets itself', () => {
    expect(anchorsOf('| <a id="property-name"></a> `name` |')).toEqual(new Set(['property-name']))
  })

  test('come from no heading inside a code fence', () => {
    expect(anchorsOf('# One\n\n```sh\n# a comment\n```\n')).toEqual(new Set(['one']))
  })
})

describe('the local links of a page', () => {
  test('are those to files, images and headings, not those to the web', () => {
    const page = '[a](docs/a.md#top) ![b](b.svg) [c](#here) [d](https://example.com/#x) [e](mailto:e@example.com)'
    expect(localLinks(page)).toEqual([
      { path: 'docs/a.md', anchor: 'top' },
      { path: 'b.svg', anchor: undefined },
      { path: '', anchor: 'here' },
    ])
  })

  test('are not what stands in code', () => {
    expect(localLinks('`[a](b.md)`\n\n```md\n[a](b.md)\n```\n')).toEqual([])
  })
})
