import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'

export interface TlsFiles {
  readonly caFile?: string
  readonly certFile?: string
  readonly keyFile?: string
}

/** What is in the files, as Node takes it. */
export interface TlsTexts {
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
}

/**
 * Reads the files, and looks into them: what is none would be told without the name of the file, and a list of authorities
 * without any would let those of Node count in their place.
 *
 * @throws Error that names the file
 */
export function readTlsFiles({ caFile, certFile, keyFile }: TlsFiles): TlsTexts {
  return {
    ...(caFile !== undefined && { ca: certificateIn(caFile).text }),
    ...(certFile !== undefined && keyFile !== undefined && ownPair(certFile, keyFile)),
  }
}

function ownPair(certFile: string, keyFile: string): Required<Omit<TlsTexts, 'ca'>> {
  const cert = certificateIn(certFile)
  const key = keyIn(keyFile)
  if (!cert.certificate.checkPrivateKey(key.key)) {
    throw new Error(`the key in "${keyFile}" is not that of the certificate in "${certFile}"`)
  }
  return { cert: cert.text, key: key.text }
}

function certificateIn(file: string): { readonly text: string; readonly certificate: X509Certificate } {
  const text = readFileSync(file, 'utf8')
  try {
    return { text, certificate: new X509Certificate(text) }
  } catch (cause) {
    throw new Error(`there is no certificate in "${file}"`, { cause })
  }
}

function keyIn(file: string): { readonly text: string; readonly key: KeyObject } {
  const text = readFileSync(file, 'utf8')
  try {
    return { text, key: createPrivateKey(text) }
  } catch (cause) {
    throw new Error(`there is no key in "${file}" that can be read without a passphrase`, { cause })
  }
}
