// What a package ships that is not for Node but for browsers: files of another package, as they are.
import { copyFileSync, mkdirSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const shipments = {
  'packages/gateway': {
    from: 'swagger-ui-dist',
    files: ['swagger-ui-bundle.js', 'swagger-ui-bundle.js.LICENSE.txt', 'swagger-ui.css', 'LICENSE', 'NOTICE'],
    to: 'dist/swagger-ui',
  },
}

/** The paths of these files in a package. */
export function browserFilesOf(folder) {
  const { files = [], to } = shipments[folder] ?? {}
  return files.map((file) => `${to}/${file}`)
}

/** The package that they come from; `undefined` where there are none. */
export function browserPackageOf(folder) {
  return shipments[folder]?.from
}

/** Copies them; `path` is where `folder` is. */
export function copyBrowserFiles(folder, path) {
  const shipment = shipments[folder]
  if (shipment === undefined) return
  const source = dirname(createRequire(join(path, 'package.json')).resolve(`${shipment.from}/package.json`))
  mkdirSync(join(path, shipment.to), { recursive: true })
  for (const file of shipment.files) copyFileSync(join(source, file), join(path, shipment.to, file))
}

export function removeBrowserFiles(folder, path) {
  if (shipments[folder]) rmSync(join(path, shipments[folder].to), { recursive: true, force: true })
}
