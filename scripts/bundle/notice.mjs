// What the licences of bundled packages ask for: their names and their texts, beside the bundle.
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const PACKAGE_FOLDER = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//
const LICENCE_FILE = /^(?:licen[cs]e|copying)(?:\..*)?$/i

/** The notice for everything that a bundle has taken in from packages of others. */
export function noticeOf({ inputs }, folder) {
  const folders = new Set(Object.keys(inputs).flatMap((file) => PACKAGE_FOLDER.exec(file)?.[1] ?? []))
  const entries = [...folders]
    .map((path) => entryOf(resolve(folder, path)))
    .sort((a, b) => (a.title < b.title ? -1 : 1))
  return entries.map(({ title, text }) => `${title}\n${'-'.repeat(title.length)}\n\n${text.trim()}\n`).join('\n\n')
}

function entryOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const file = readdirSync(folder).find((candidate) => LICENCE_FILE.test(candidate))
  // Some packages name their licence and leave the text to the reader.
  const text = file === undefined ? `Licensed under ${license}.` : readFileSync(join(folder, file), 'utf8')
  return { title: `${name} ${version}`, text }
}
