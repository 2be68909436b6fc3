import type { DatabaseEngine } from '@modkit/core'

/** The parts of a DSN. */
export interface ParsedDsn {
  readonly engine: DatabaseEngine
  readonly host?: string | undefined
  readonly port?: number | undefined
  readonly user?: string | undefined
  readonly password?: string | undefined
  readonly dbname?: string | undefined
  /** The file of an embedded database. */
  readonly path?: string
  /** What follows the question mark. */
  readonly query: Readonly<Record<string, string>>
}

const ENGINES: Readonly<Record<string, DatabaseEngine>> = {
  sqlite: 'sqlite',
  postgres: 'postgres',
  postgresql: 'postgres',
  mysql: 'mysql',
}

/** The forms of a DSN that are understood, for messages. */
export const DSN_FORMS = 'sqlite:PATH, postgres://user@host/dbname or mysql://user@host/dbname'

/**
 * The parts of a DSN.
 *
 * @throws SyntaxError whose message never repeats the DSN, since that may hold a password
 */
export function parseDsn(text: string): ParsedDsn {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase()
  const engine = scheme !== undefined && Object.hasOwn(ENGINES, scheme) ? ENGINES[scheme] : undefined
  if (engine === undefined) throw new SyntaxError(`its scheme is not known; write ${DSN_FORMS}`)
  return engine === 'sqlite' ? parseSqliteDsn(text) : parseServerDsn(engine, text)
}

/** `sqlite:`, optionally `//`, the path, optionally `?` and parameters. */
function parseSqliteDsn(text: string): ParsedDsn {
  const [, path = '', query = ''] = /^[^:]*:(?:\/\/)?([^?]*)\??(.*)$/su.exec(text) ?? []
  return { engine: 'sqlite', path: decode(path), query: Object.fromEntries(new URLSearchParams(query)) }
}

function parseServerDsn(engine: DatabaseEngine, text: string): ParsedDsn {
  if (!URL.canParse(text)) throw new SyntaxError(`it is not a URL; write ${DSN_FORMS}`)
  const url = new URL(text)
  const given = (part: string): string | undefined => (part === '' ? undefined : decode(part))
  return {
    engine,
    // An address of the sixth version stands in brackets, which are not a part of it.
    host: given(url.hostname.replace(/^\[(.*)\]$/, '$1')),
    port: url.port === '' ? undefined : Number(url.port),
    user: given(url.username),
    password: given(url.password),
    dbname: given(url.pathname.slice(1)),
    query: Object.fromEntries(url.searchParams),
  }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch (error) {
    throw new SyntaxError('a percent sign in it is not followed by two hexadecimal digits', { cause: error })
  }
}
