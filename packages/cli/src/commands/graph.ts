import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type CommandDefinition, type Invocation, type Outcome, textOption } from '../command-line/command.js'
import { dotOf } from '../graph/dot.js'
import { mermaidOf } from '../graph/mermaid.js'
import { type ModuleGraph, moduleGraph } from '../graph/module-graph.js'
import { svgOf } from '../graph/svg.js'
import { treeOf } from '../graph/tree.js'
import { appArgs, counted, inspectApplication, problemsOutcome, timeoutOption } from './inspection.js'

const formats = ['tree', 'mermaid', 'dot', 'json', 'svg'] as const

/** Which modules need which. */
export const graph: CommandDefinition = {
  name: 'graph',
  summary: 'draw the modules and what they need',
  args: [appArgs],
  options: [
    timeoutOption,
    { flags: '--format <format>', description: 'how it is drawn', choices: formats, default: 'tree' },
    { flags: '--output <file>', description: 'where it is written to, in place of the terminal' },
  ],
  examples: ['modkit graph', 'modkit graph --format mermaid', 'modkit graph --format svg --output modules.svg'],
  run: drawGraph,
}

async function drawGraph(invocation: Invocation): Promise<Outcome> {
  const inspected = await inspectApplication(invocation)
  const { modules } = inspected.inspection
  if (modules.length === 0 && inspected.problems.length > 0) return problemsOutcome(inspected, invocation)
  const drawn = moduleGraph(modules)
  const text = await draw(drawn, textOption(invocation.options, 'format') ?? 'tree')
  const output = textOption(invocation.options, 'output')
  if (output === undefined) return { text, json: drawn }
  const file = resolve(invocation.cwd, output)
  writeFileSync(file, text.endsWith('\n') ? text : `${text}\n`)
  return { text: `Wrote ${counted(modules.length, 'module')} to ${output}.`, json: { file } }
}

async function draw(drawn: ModuleGraph, format: string): Promise<string> {
  switch (format) {
    case 'mermaid':
      return mermaidOf(drawn)
    case 'dot':
      return dotOf(drawn)
    case 'json':
      return JSON.stringify(drawn, undefined, 2)
    case 'svg':
      return svgOf(drawn)
    default:
      return treeOf(drawn)
  }
}
