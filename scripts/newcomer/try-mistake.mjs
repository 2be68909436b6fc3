import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { missingIn, missingInExplanation } from './judge.mjs'
import { mustSucceed, personsEnvironment, runToEnd } from './processes.mjs'

/** What a person has written of an application. */
const written = ['src', 'config', 'package.json', 'tsconfig.json']

/**
 * Makes one mistake in a copy of an application, and looks at what is printed.
 *
 * @param place.app the application, which is not touched
 * @param place.modules the node_modules that it runs with
 * @returns what is missing, and the output
 */
export async function tryMistake(mistake, { app, modules, copies }) {
  const folder = join(copies, mistake.title.replaceAll(/\W+/g, '-'))
  mkdirSync(folder, { recursive: true })
  for (const name of written) cpSync(join(app, name), join(folder, name), { recursive: true })
  symlinkSync(modules, join(folder, 'node_modules'))
  const place = { cwd: folder, env: environmentOf(modules) }
  const undo = await prepare(mistake, folder, place)
  try {
    const outcome = await runToEnd(['modkit', ...mistake.command], place)
    const explained = mistake.code && (await runToEnd(['modkit', 'explain', mistake.code], place))
    const missing = [
      ...missingIn(outcome, { ...mistake, place: lineOf(mistake.place, folder) }),
      ...(explained ? missingInExplanation(explained, mistake.code) : []),
    ]
    return { missing, output: outcome.output.replaceAll(folder, basename(folder)) }
  } finally {
    undo()
  }
}

async function prepare({ edits, prepare: before = () => () => undefined, before: command, then = [] }, folder, place) {
  const replace = (file, from, to) => edit(folder, [file, from, to])
  for (const each of edits) edit(folder, each)
  const undo = await before({ replace })
  // A compiler that complains of the mistake writes its files all the same.
  if (command) await (command[0] === 'tsc' ? runToEnd(command, place) : mustSucceed(command, place))
  for (const each of then) edit(folder, each)
  return undo
}

function edit(folder, [file, from, to]) {
  const path = join(folder, file)
  const text = readFileSync(path, 'utf8')
  const edited = text.replace(from, () => to)
  if (edited === text) throw new Error(`There is no ${from} in ${file}.`)
  writeFileSync(path, edited)
}

/** `file:line` of the line in which a text stands. */
function lineOf(place, folder) {
  if (!place) return undefined
  const [file, text] = place
  const lines = readFileSync(join(folder, file), 'utf8').split('\n')
  return `${file}:${lines.findIndex((line) => line.includes(text)) + 1}`
}

/** Where the port of the application is its own; the configuration of the mistake says where it listens. */
function environmentOf(modules) {
  return personsEnvironment({ PATH: `${join(modules, '.bin')}:${process.env.PATH}` })
}
