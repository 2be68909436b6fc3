import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { taggedAndZipped, type TaggedBody } from '../exchange/tagged-answer.js'
import { explorerScript } from './explorer-script.js'
import { explorerStyle } from './explorer-style.js'

const SCRIPT = 'text/javascript; charset=utf-8'
const STYLE = 'text/css; charset=utf-8'

/** Everything that there is, by name: nothing else of any folder is ever read. */
const ASSETS = {
  'swagger-ui-bundle.js': { contentType: SCRIPT, bytes: () => libraryFile('swagger-ui-bundle.js') },
  'swagger-ui.css': { contentType: STYLE, bytes: () => libraryFile('swagger-ui.css') },
  'explorer.js': { contentType: SCRIPT, bytes: () => Promise.resolve(explorerScript) },
  'explorer.css': { contentType: STYLE, bytes: () => Promise.resolve(explorerStyle) },
} as const

export type AssetName = keyof typeof ASSETS

// The literal above has these keys and no others.
export const assetNames = Object.keys(ASSETS) as readonly AssetName[]

/** Reads all of them. Rejects where the library's files are not beside the gateway. */
export async function readAssets(): Promise<ReadonlyMap<AssetName, TaggedBody>> {
  const entries = assetNames.map(async (name): Promise<[AssetName, TaggedBody]> => {
    const { contentType, bytes } = ASSETS[name]
    return [name, await taggedAndZipped({ contentType, bytes: await bytes() })]
  })
  return new Map(await Promise.all(entries))
}

/** Of the copy that is shipped with the gateway, or of the package itself where the gateway runs from its sources. */
async function libraryFile(name: 'swagger-ui-bundle.js' | 'swagger-ui.css'): Promise<Uint8Array> {
  const { resolve } = createRequire(import.meta.url)
  const shipped = join(dirname(resolve('@modkit/gateway/package.json')), 'dist/swagger-ui', name)
  return await readFile(shipped).catch(() => readFile(resolve(`swagger-ui-dist/${name}`)))
}
