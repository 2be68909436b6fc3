import type { Finding } from './finding.js'

/** The oldest Node that the packages run on, as their `engines` say. */
const OLDEST = { major: 20, minor: 19 } as const

/** @param version as `process.version` gives it */
export function examineNode(version: string): Finding {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number)
  const needed = `${String(OLDEST.major)}.${String(OLDEST.minor)}`
  const isOld = major < OLDEST.major || (major === OLDEST.major && minor < OLDEST.minor)
  if (!isOld) return { check: 'node', status: 'ok', message: `Node ${version}; ${needed} or newer is needed.` }
  return {
    check: 'node',
    status: 'problem',
    message: `Node ${version} is too old.`,
    hint: `Install Node ${needed} or newer.`,
  }
}
