import { describe, expect, test } from '@jest/globals'
import { countQuotes, quotedText, refreshQuotes } from './quotes.mjs'

const source = `import { a } from 'a'

export function outer() {
  // #region body
  const first = 1

  // #region inner
  const second = 2
  // #endregion
  // #endregion
}
// #region open
`
const page = (code, name = 'x.ts#body') => `Before\n\n<!-- quote: ${name} -->\n\n\`\`\`ts\n${code}\n\`\`\`\n\nAfter\n`
const read = (path) => (path === 'x.ts' ? source : undefined)

function refresh(text) {
  const problems = []
  return { text: refreshQuotes(text, { read, problems }), problems }
}

describe('a quote', () => {
  test('shows a region without markers and common indentation', () => {
    expect(quotedText(source, 'body')).toBe('const first = 1\n\nconst second = 2')
  })

  test('shows a whole file without its markers', () => {
    expect(quotedText(source)).toBe(
      "import { a } from 'a'\n\nexport function outer() {\n  const first = 1\n\n  const second = 2\n}",
    )
  })

  test('understands the comments of YAML, SQL and HTML', () => {
    expect(quotedText('# #region a\nport: 1\n# #endregion', 'a')).toBe('port: 1')
    expect(quotedText('-- #region a\nselect 1\n-- #endregion', 'a')).toBe('select 1')
    expect(quotedText('<!-- #region a -->\n<p>\n<!-- #endregion -->', 'a')).toBe('<p>')
  })

  test('is written anew when its source has changed, and the text around it stays', () => {
    const fresh = refresh(page('old'))
    expect(fresh).toEqual({ text: page('const first = 1\n\nconst second = 2'), problems: [] })
    expect(refresh(fresh.text).text).toBe(fresh.text)
  })

  test('may hold what looks like a replacement pattern', () => {
    const dollars = () => "const price = '$&$1'"
    expect(refreshQuotes(page('old', 'y.ts'), { read: dollars, problems: [] })).toBe(page(dollars(), 'y.ts'))
  })

  test('is left alone and reported when its file or region is missing or never closed', () => {
    expect(refresh(page('old', 'y.ts'))).toEqual({
      text: page('old', 'y.ts'),
      problems: ['quotes y.ts, which does not exist'],
    })
    expect(refresh(page('old', 'x.ts#none')).problems).toEqual(['quotes region "none" of x.ts, which does not exist'])
    expect(refresh(page('old', 'x.ts#open')).problems).toEqual(['quotes region "open" of x.ts, which is never closed'])
  })

  test('without a code fence is counted as asked for, not as well formed', () => {
    expect(countQuotes(page('old'))).toEqual({ asked: 1, wellFormed: 1 })
    expect(countQuotes('<!-- quote: x.ts#body -->\n\nNo fence.\n')).toEqual({ asked: 1, wellFormed: 0 })
  })
})
