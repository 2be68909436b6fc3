import { configurationMistakes } from './mistakes/configuration.mjs'
import { migrationMistakes } from './mistakes/migrations.mjs'
import { moduleMistakes } from './mistakes/modules.mjs'
import { routeMistakes } from './mistakes/routes.mjs'
import { surroundingMistakes } from './mistakes/surroundings.mjs'
import { tryMistake } from './try-mistake.mjs'

/** What people get wrong in their first hour. */
export function mistakesOf({ hasDatabase }) {
  const all = [...moduleMistakes, ...routeMistakes, ...configurationMistakes, ...surroundingMistakes]
  return hasDatabase ? [...all, ...migrationMistakes] : all
}

/** Makes each mistake, some at a time, and reports; answers how many do not tell a person what is needed. */
export async function tryMistakes(mistakes, place, { atOnce, shows }) {
  const waiting = [...mistakes]
  let failed = 0
  const work = async () => {
    for (let mistake = waiting.shift(); mistake; mistake = waiting.shift()) {
      const { missing, output } = await tryMistake(mistake, place)
      console.log(`${missing.length === 0 ? '  told well:' : '  NOT TOLD WELL:'} ${mistake.title}`)
      if (missing.length > 0 || shows) console.log(indented([...missing.map((text) => `! ${text}`), output]))
      if (missing.length > 0) failed += 1
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return failed
}

function indented(texts) {
  return texts.join('\n').trimEnd().replaceAll(/^/gm, '      ')
}
