// What a person needs of an error: what went wrong by a code that can be looked up, who and what by their names, where as far
// as it is promised, and what to do next; and no page of stack traces around it.

/** More than this nobody reads. */
const MOST_LINES = 40
const NEXT_STEP = /^\s*(?:->|To do:) \w+/m
/** A frame of somebody else's code. Node's own frames, below a system error, are few and say what failed. */
const FOREIGN_FRAME = /^\s+at .*\/node_modules\//m

/**
 * What is missing in an output; empty where a person has all that is needed.
 *
 * @param expected.code the code of the error; `undefined` where none is promised
 * @param expected.names texts that must be there
 * @param expected.place `file:line` where one is promised
 */
export function missingIn({ code, output }, expected) {
  const lines = output.trimEnd().split('\n').length
  return [
    ...(code === 0 ? ['it ended with code 0, as if nothing were wrong'] : []),
    ...(expected.code && !output.includes(expected.code) ? [`the code ${expected.code} is not there`] : []),
    ...expected.names.filter((name) => !output.includes(name)).map((name) => `it does not say ${name}`),
    ...(expected.place && !output.includes(`${expected.place}:`) ? [`it does not lead to ${expected.place}`] : []),
    ...(NEXT_STEP.test(output) ? [] : ['it does not say what to do next']),
    ...(FOREIGN_FRAME.test(output) ? ['it shows stack frames of packages'] : []),
    ...(lines > MOST_LINES ? [`it has ${lines} lines`] : []),
  ]
}

/** What is missing where a code is explained. */
export function missingInExplanation({ code, output }, errorCode) {
  return [
    ...(code === 0 ? [] : [`"modkit explain ${errorCode}" ended with code ${code}`]),
    ...(output.startsWith(errorCode) ? [] : [`"modkit explain ${errorCode}" does not begin with the code`]),
    ...(NEXT_STEP.test(output) ? [] : [`"modkit explain ${errorCode}" does not say what to do`]),
  ]
}
