/** Licences that ask for their own text and for names, and for nothing else of what they are used in. */
const allowed = new Set([
  ...['0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT', 'Unlicense', 'Zlib'],
])

/**
 * Whether an SPDX expression leaves a choice that is allowed: `(MIT OR GPL-3.0-only)` does, `MIT AND GPL-3.0-only` does not.
 * What is no expression is not allowed.
 */
export function isAllowed(expression) {
  const words = String(expression ?? '').match(/[()]|[^\s()]+/g) ?? []
  const verdict = either(words)
  return words.length === 0 && verdict
}

// Each takes the words that it understands from the front; what it leaves makes the expression none.
function either(words) {
  let verdict = both(words)
  while (words[0] === 'OR') {
    words.shift()
    verdict = both(words) || verdict
  }
  return verdict
}

function both(words) {
  let verdict = one(words)
  while (words[0] === 'AND') {
    words.shift()
    verdict = one(words) && verdict
  }
  return verdict
}

function one(words) {
  const word = words.shift()
  if (word !== '(') return allowed.has(word)
  const verdict = either(words)
  return words.shift() === ')' && verdict
}
