import { describe, expect, test } from '@jest/globals'
import { isGenerated, problemsOfSources } from './sources.mjs'

const page = (comment, language = 'ts') => `# Page\n\n${comment}\n\n\`\`\`${language}\nconst a = 1\n\`\`\`\n\nMore.\n`

describe('the code of a page', () => {
  test.each([
    'quote: x.ts',
    'quote: x.ts#region',
    'prints: examples/cities$ modkit routes',
    'prints: . $ modkit explain CODE',
    'runs',
    'starts: Host is running',
    'stops',
    'prints',
    'file: src/main.ts',
    'has: src/main.ts',
    'illustration: nobody has this server',
  ])('may come from <!-- %s -->', (comment) => {
    expect(problemsOfSources(page(`<!-- ${comment} -->`))).toEqual([])
  })

  test.each(['ts', 'js', 'yaml', 'json', 'sql', 'proto', 'sh', 'text', ''])(
    'in "%s" comes from somewhere',
    (language) => {
      expect(problemsOfSources(page('Text.', language))).toEqual([
        expect.stringMatching(/^line 5 has code that comes from nowhere: quote a file .* CONTRIBUTING\.md$/),
      ])
    },
  )

  test.each(['copied: x.ts', 'quote:', 'illustration', 'illustration: example', 'runs: it', 'starts'])(
    'does not come from <!-- %s -->',
    (comment) => {
      expect(problemsOfSources(page(`<!-- ${comment} -->`))).toEqual([
        expect.stringContaining(`line 5 has code below "${comment}", which names no source`),
      ])
    },
  )

  test('does not come from what stands above another paragraph or another fence', () => {
    expect(problemsOfSources(page('<!-- quote: x.ts -->\n\nText.'))).toHaveLength(1)
    const two = `${page('<!-- quote: x.ts -->')}\n\`\`\`js\nb\n\`\`\`\n`
    expect(problemsOfSources(two)).toEqual([expect.stringMatching(/^line 11 /)])
  })

  test('in a list, between tildes, or around other fences needs a source, too', () => {
    expect(problemsOfSources('- One:\n\n  ```sh\n  ls\n  ```\n')).toHaveLength(1)
    expect(problemsOfSources('~~~ts\na\n~~~\n')).toHaveLength(1)
    expect(problemsOfSources('````md\n```ts\na\n```\n````\n')).toHaveLength(1)
  })

  test('that is a picture comes from the page alone', () => {
    expect(problemsOfSources(page('Text.', 'mermaid'))).toEqual([])
  })
})

test('pages that a program writes are its own', () => {
  expect(
    ['docs/api/core.md', 'packages/db/api/db.api.md', 'docs/rest.md', 'packages/db/README.md'].map(isGenerated),
  ).toEqual([true, true, false, false])
})
