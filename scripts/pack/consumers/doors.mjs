// Every door that is named on the command line is opened by import and by require(): both give the same objects.
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
const empty = []
for (const door of process.argv.slice(2)) {
  const imported = await import(door)
  const required = require(door)
  const names = Object.keys(imported)
  if (names.length === 0 || names.some((name) => imported[name] !== required[name])) empty.push(door)
}
console.log(JSON.stringify({ differing: empty }))
