import { readdirSync, readFileSync } from 'node:fs'

/** A source file without its comments. */
export interface Source {
  readonly file: string
  readonly code: string
}

/** The sources of a package, tests left out. */
export function sourcesOf(directory: URL): readonly Source[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/\.test(-d)?\.ts$/.test(file))
    .map((file) => ({ file, code: withoutComments(readFileSync(new URL(file, directory), 'utf8')) }))
}

const TEXT = /(?:'((?:\\.|[^'\\\n])+)'|`((?:\\.|[^`\\])+)`)/.source
const LOGGER_CALL = /\.#?(?:trace|debug|info|warn|error)\(\s*/.source
/** A private method that takes the level first. */
const OWN_CALL = /\.#log(?:Error)?\([^)\n]*?'\w+',\s*/.source

/** The texts that a source hands to a logger, as they are written. */
export function loggedTexts({ code }: Source): readonly string[] {
  return [LOGGER_CALL, OWN_CALL].flatMap((call) => textsAfter(call, code))
}

/** Every text in a source, as it is written. */
export function textsIn({ code }: Source): readonly string[] {
  return textsAfter('', code)
}

function textsAfter(beginning: string, code: string): readonly string[] {
  return [...code.matchAll(new RegExp(beginning + TEXT, 'g'))].map(([, plain, template]) => plain ?? template ?? '')
}

function withoutComments(code: string): string {
  return code.replace(/\/\*[^]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '')
}
