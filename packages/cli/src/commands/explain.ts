import { HostError } from '@modkit/core'
import { catalogue, nearest } from '@modkit/core/spi'
import type { CommandDefinition, Invocation, Outcome } from '../command-line/command.js'
import { errorPage } from '../explain/error-pages.js'
import { generalText } from '../explain/general-text.js'

/** What an error code means. */
export const explain: CommandDefinition = {
  name: 'explain',
  summary: 'say what an error code means, when it comes and what to do',
  args: [['[code]', 'the code; without one all codes are listed']],
  examples: ['modkit explain DEPENDENCY_UNKNOWN', 'modkit explain', 'modkit explain BIND_FAILED --json'],
  run: (invocation) => Promise.resolve(explainCode(invocation)),
}

function explainCode({ args, terminal }: Invocation): Outcome {
  const codes = Object.keys(catalogue)
  const [given] = args
  if (given === undefined) return { text: codes.join('\n'), json: codes }
  const code = given.toUpperCase().replaceAll('-', '_')
  if (!isCode(code)) throw new HostError('ERROR_CODE_UNKNOWN', { code, suggestions: nearest(code, codes) })
  const { message, hint } = generalText(code)
  const { group, explanation, todo } = errorPage(code)
  const { paint } = terminal
  const text = [
    `${paint('red', code)}  ${paint('dim', group)}`,
    '',
    ...message.split('\n').map((line) => `  ${line}`),
    ...(hint === '' ? [] : [`  ${paint('green', '->')} ${hint}`]),
    '',
    explanation,
    ...(todo === '' ? [] : ['', `${paint('bold', 'To do:')} ${todo}`]),
  ].join('\n')
  return { text, json: { code, group, message, hint, explanation, todo } }
}

function isCode(code: string): code is keyof typeof catalogue {
  return Object.hasOwn(catalogue, code)
}
