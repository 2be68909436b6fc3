import type { Terminal } from '../command-line/terminal.js'
import { placeText } from './place.js'
import type { Problem } from './problem.js'

export interface TextPlace {
  readonly cwd: string
  readonly paint: Terminal['paint']
}

/** A problem as a person reads it: what, where, and what to do next. */
export function problemText(problem: Problem, { cwd, paint }: TextPlace): string {
  const { code, message, hint, place, related, module } = problem
  const where = place ? paint('cyan', placeText(place, cwd)) : module ? `module "${module}"` : ''
  return [
    `${paint('red', code)}${where === '' ? '' : `  ${where}`}`,
    ...message.split('\n').map((line) => `  ${line}`),
    ...related.map((other) => `  See also ${paint('cyan', placeText(other, cwd))}`),
    ...(hint === undefined || hint === '' ? [] : [`  ${paint('green', '->')} ${hint}`]),
  ].join('\n')
}

/** A problem as data. */
export function problemJson({ code, message, hint, module, place, related, error }: Problem): object {
  return { code, message, hint, module, place, related, details: error.details }
}
