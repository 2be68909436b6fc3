import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Session } from './shell-session.js'

/** A comment that says what the code fence after it is, and the fence. What the command prints in a folder is another test's. */
const STEP =
  /(<!-- (runs|starts|stops|prints|file|has)(?:: ((?:(?!\$ modkit ).)+?))? -->\n\n```\w*\n)([\s\S]*?)(?=```)/g

/** A step of a page that its reader takes, or what the page says that it leads to. */
interface Step {
  readonly kind: string
  readonly about: string
  readonly text: string
  /** Whether the page shows what it prints, a failure included. */
  readonly isShown: boolean
}

/** Whether a page tells its reader to do anything. */
export const isWalkThrough = (page: string): boolean => page.search(STEP) !== -1

/**
 * Does what a page tells its reader to do, in a folder of its own, and gives the page as it should be: with the outputs and
 * the files as they really are.
 *
 * - `runs`: commands, one a line, run to their ends; they succeed, or the page shows what they print
 * - `starts: text`: commands of which the last goes on; the next step comes when it has printed the text
 * - `stops`: what it prints once it has been interrupted
 * - `prints`: what the commands before have printed; a line `…` stands for lines that are left out,
 *   and `…` between blanks for a part of one
 * - `file: path`: the file is written, as it stands on the page
 * - `has: path`: the file has these lines; a line `…` stands for any number of others
 */
export async function walkThrough(page: string, session: Session): Promise<string> {
  const steps = [...page.matchAll(STEP)]
  const texts: string[] = []
  for (const [index, [, , kind = '', about = '', text = '']] of steps.entries()) {
    const isShown = steps[index + 1]?.[2] === 'prints'
    const real = await take({ kind, about, text, isShown }, session)
    texts.push(real === undefined || fits(text, real) ? text : real)
  }
  const fresh = texts.values()
  return page.replaceAll(STEP, (_, head: string) => `${head}${fresh.next().value ?? ''}`)
}

/** What the step leads to, where the page shows that. */
async function take({ kind, about, text, isShown }: Step, session: Session): Promise<string | undefined> {
  const path = join(session.directory, about)
  if (kind === 'runs') await session.run(commandsIn(text), { mayFail: isShown })
  else if (kind === 'starts') await startLast(commandsIn(text), about, session)
  else if (kind === 'stops') return session.stop()
  else if (kind === 'prints') return session.printed
  else if (kind === 'has') return readFile(path, 'utf8')
  else await session.write(path, text)
  return undefined
}

async function startLast(commands: readonly string[], text: string, session: Session): Promise<void> {
  await session.run(commands.slice(0, -1))
  await session.start(commands.at(-1) ?? '', text)
}

/** One a line, unless the line ends with a backslash. */
function commandsIn(text: string): readonly string[] {
  return text.trim().split(/(?<!\\)\n/)
}

/** Whether the text shows the real one, but for times, ids and lines that it leaves out. */
function fits(text: string, real: string): boolean {
  const parts = `\n${masked(text)}`.split(/\n…(?=\n)| … /)
  const whole = `\n${masked(real)}`
  const [first = '', ...others] = parts
  if (others.length === 0) return first === whole
  if (!whole.startsWith(first)) return false
  let from = first.length
  for (const part of others) {
    const at = whole.indexOf(part, from)
    if (at === -1) return false
    from = at + part.length
  }
  return others.at(-1)?.trim() === '' || from === whole.length
}

function masked(text: string): string {
  return text
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replaceAll(/\b[0-9a-f]{32}\b/g, '<id>')
    .replaceAll(/\b(duration_?[mM]s"?[=: ])[\d.]+/g, '$1<duration>')
    .replaceAll(/\b[\d.]+ ?m?s\b/g, '<duration>')
    .replaceAll(/\bprocess \d+/g, 'process <pid>')
}
