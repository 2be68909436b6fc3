import { expect, test } from '@jest/globals'
import { dotOf } from './dot.js'
import { mermaidOf } from './mermaid.js'
import { moduleGraph } from './module-graph.js'
import { svgOf } from './svg.js'
import { treeOf } from './tree.js'

const module = (name: string, deps: readonly string[] = [], optionalDeps: readonly string[] = []) => ({
  name,
  deps,
  optionalDeps,
  capabilities: name === 'store' ? (['db'] as const) : [],
  placement: name === 'mail' ? ('moved' as const) : ('local' as const),
  optional: name === 'mail',
  provides: [],
})

const graph = moduleGraph([
  module('log'),
  module('store', ['log']),
  module('mail', ['log']),
  module('users', ['store', 'mail'], ['mail']),
  module('shop', ['store']),
])

test('a tree begins with what nobody needs, and shows what it has shown only by name', () => {
  expect(treeOf(graph)).toBe(
    [
      'users',
      '├─ store [db]',
      '│  └─ log',
      '└─ mail [optional, own process] (if there)',
      '   └─ log',
      'shop',
      '└─ store [db] (above)',
    ].join('\n'),
  )
  const diamond = moduleGraph([module('d'), module('c', ['d']), module('b', ['c']), module('a', ['b', 'c'])])
  expect(treeOf(diamond)).toBe(['a', '├─ b', '│  └─ c', '│     └─ d', '└─ c (above)'].join('\n'))
})

test('Mermaid and DOT draw what is optional, and what runs elsewhere, otherwise', () => {
  const mermaid = mermaidOf(graph).split('\n')
  expect(mermaid[0]).toBe('flowchart TD')
  expect(mermaid).toContain('  m1["store<br/>db"]')
  expect(mermaid).toContain('  m2[["mail<br/>optional, own process"]]')
  expect(mermaid).toContain('  m3 --> m1')
  expect(mermaid).toContain('  m3 -.-> m2')
  const dot = dotOf(graph).split('\n')
  expect(dot).toContain('  "mail" [label="mail\\noptional, own process", style="rounded,dashed"]')
  expect(dot).toContain('  "users" -> "mail" [style=dashed]')
})

test('the picture has a box for every module and a line for everything that one needs', async () => {
  const svg = await svgOf(graph)
  expect(svg.match(/class="node"/g)).toHaveLength(5)
  expect(svg.match(/class="edge"/g)).toHaveLength(5)
})
