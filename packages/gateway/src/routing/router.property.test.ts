import { expect, test } from '@jest/globals'
import { parsePathTemplate, type PathTemplate } from '@modkit/core/spi'
import fc from 'fast-check'
import { RouteTree } from './route-tree.js'
import { Router, type Route } from './router.js'

const literal = fc.constantFrom('a', 'b', 'C', 'users', 'k', 'a~b')
const segment = fc.oneof({ weight: 3, arbitrary: literal }, { weight: 2, arbitrary: fc.constantFrom('{x}', '{y}') })
const path = fc
  .tuple(fc.array(segment, { maxLength: 4 }), fc.boolean())
  .map(([parts, rest]) => `/${[...parts, ...(rest ? ['{*rest}'] : [])].join('/')}`)
const method = fc.constantFrom('get', 'post', 'head')
const routes = fc.uniqueArray(fc.record({ method, path }), { selector: ({ method, path }) => method + shape(path) })

const asked = fc.oneof(
  { weight: 4, arbitrary: literal },
  fc.constantFrom('A', '%75sers', 'x%2Fy', '%', 'a%7Eb', '', 'zz', '%C3%A9', '%E2%84%AA', '%c4%b0'),
)
const url = fc
  .tuple(fc.array(asked, { maxLength: 6 }), fc.constantFrom('', '?q=/a/b', '/', '?'))
  .map(([parts, end]) => `/${parts.join('/')}${end}`)

function shape(text: string): string {
  return text.toLowerCase().replaceAll(/\{\w+\}/g, '{}')
}

function template(text: string): PathTemplate | undefined {
  const parsed = parsePathTemplate(text)
  return 'template' in parsed ? parsed.template : undefined
}

test('leads where one tree of all routes would lead, whatever the routes and the request', () => {
  fc.assert(
    fc.property(routes, fc.array(url, { minLength: 1, maxLength: 5 }), (declared, urls) => {
      const router = new Router()
      let whole: RouteTree | undefined
      for (const { method, path: text } of declared) {
        const parsed = template(text)
        if (parsed === undefined) continue
        const route: Route & { readonly name: string } = { name: `${method} ${text}`, serve: () => undefined }
        router.add(method, parsed, route)
        const seedling = { method: method.toUpperCase(), path: parsed, route }
        if (whole) whole.add(seedling)
        else whole = new RouteTree(seedling)
      }
      for (const wanted of urls) {
        const expected = whole?.find('GET', wanted)
        const found = router.find('GET', wanted)
        expect({ wanted, found: found?.kind === 'other-methods' ? undefined : found }).toEqual({
          wanted,
          // Without a route of the method a tree never looks at the encoding.
          found: expected ?? (isMalformed(wanted) ? { kind: 'bad-encoding' } : undefined),
        })
      }
    }),
    { numRuns: 2_000 },
  )
})

function isMalformed(wanted: string): boolean {
  try {
    decodeURIComponent(wanted)
    return false
  } catch {
    return true
  }
}
