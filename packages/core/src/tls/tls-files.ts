import { readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import type * as Tls from 'node:tls'
import type { Logger } from '../context/logger.js'
import { messageOf } from '../errors/error-json.js'
import { HostError } from '../errors/host-error.js'
import type { Clock, ClockTimer } from '../time/clock.js'
import type { TlsSettings } from './tls-settings.js'

/** How often the files are looked at. Not by events, which links to renewed files do not always raise. */
const LOOK_EVERY_MS = 10_000

/** What a secure server is made with, and what it is given when a file has changed. */
export type TlsOptions = Tls.SecureContextOptions & {
  readonly requestCert?: boolean
  readonly rejectUnauthorized?: boolean
}

/** @throws HostError `TLS_FILES_INVALID` for files that cannot be read or do not belong together */
export function readTlsFiles(settings: TlsSettings): TlsOptions {
  const { certFile, keyFile, passphrase, clientCaFile, minVersion } = settings
  const options: TlsOptions = {
    cert: contentOf(certFile),
    key: contentOf(keyFile),
    minVersion,
    ...(passphrase !== undefined && { passphrase }),
    ...(clientCaFile !== undefined && { ca: contentOf(clientCaFile), requestCert: true, rejectUnauthorized: true }),
  }
  try {
    tlsLibrary().createSecureContext(options)
  } catch (error) {
    throw invalid(`${certFile}, ${keyFile}`, error)
  }
  return options
}

/** Loaded by who has a certificate: see docs/decisions/012. */
function tlsLibrary(): typeof Tls {
  return createRequire(import.meta.url)('node:tls') as typeof Tls
}

function contentOf(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    throw invalid(file, error)
  }
}

function invalid(file: string, error: unknown): HostError {
  return new HostError('TLS_FILES_INVALID', { file, reason: messageOf(error).replace(/\.$/, '') }, { cause: error })
}

/** Who is told of renewed files. */
export interface TlsWatchOptions {
  readonly clock: Clock
  readonly logger: Logger
  /** Called with what new connections are to be served with. */
  readonly renew: (options: TlsOptions) => void
}

/** Looks for renewed files. What is being written, or does not fit, changes nothing until it does. */
export class TlsWatch {
  readonly #settings: TlsSettings
  readonly #options: TlsWatchOptions
  #seen: string
  #timer: ClockTimer

  constructor(settings: TlsSettings, options: TlsWatchOptions) {
    this.#settings = settings
    this.#options = options
    this.#seen = this.#state()
    this.#timer = this.#schedule()
  }

  /** Ends the watch. What is served goes on. */
  close(): void {
    this.#timer.cancel()
  }

  #schedule(): ClockTimer {
    return this.#options.clock.after(LOOK_EVERY_MS, () => this.#look(), { keepAlive: false })
  }

  #look(): void {
    const state = this.#state()
    if (state !== this.#seen) this.#renew(state)
    this.#timer = this.#schedule()
  }

  #renew(state: string): void {
    const { logger, renew } = this.#options
    this.#seen = state
    try {
      renew(readTlsFiles(this.#settings))
      logger.info('TLS certificate was renewed: new connections get the new one')
    } catch (error) {
      logger.error('TLS files have changed and cannot be used: connections get the old certificate', { error })
    }
  }

  /** What changes when a file does. */
  #state(): string {
    const { certFile, keyFile, clientCaFile } = this.#settings
    const files = clientCaFile === undefined ? [certFile, keyFile] : [certFile, keyFile, clientCaFile]
    return files.map(stampOf).join(' ')
  }
}

function stampOf(file: string): string {
  try {
    const { mtimeMs, size, ino } = statSync(file)
    return [mtimeMs, size, ino].join('-')
  } catch (error) {
    // That it cannot be looked at is a state as well: reading it says why.
    return messageOf(error)
  }
}
