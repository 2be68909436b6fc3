import { readFile } from 'node:fs/promises'

/** Where a key set comes from. */
export interface KeySetSource {
  /** For people: an address, or a path. */
  readonly name: string
  /** The document as it is there now. */
  read(signal: AbortSignal): Promise<unknown>
}

/** Hundreds of keys. */
const LARGEST_BYTES = 1_048_576

/** What an issuer publishes at an address. A redirect is not followed: it would lead to keys that nobody configured. */
export function publishedKeySet(url: URL): KeySetSource {
  const read = async (signal: AbortSignal): Promise<unknown> => {
    const headers = { accept: 'application/jwk-set+json, application/json' }
    const response = await fetch(url, { headers, redirect: 'manual', signal })
    if (response.status !== 200) {
      await response.body?.cancel()
      throw new Error(`it answered ${String(response.status)}`)
    }
    return parsed(await textOf(response))
  }
  // A query may hold a key of its own.
  return { name: url.origin + url.pathname, read }
}

export function keySetFile(path: string): KeySetSource {
  return { name: path, read: async (signal) => parsed(await readFile(path, { encoding: 'utf8', signal })) }
}

async function textOf({ body }: Response): Promise<string> {
  if (body === null) return ''
  const chunks: Uint8Array[] = []
  let length = 0
  // Leaving the loop cancels the rest.
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    length += chunk.length
    if (length > LARGEST_BYTES) throw new Error('its answer is longer than any key set')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, length).toString('utf8')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch (error) {
    throw new Error('what is there is not JSON', { cause: error })
  }
}
