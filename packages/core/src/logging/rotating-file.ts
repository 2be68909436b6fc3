import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import type { Clock } from '../time/clock.js'

const MILLISECONDS_PER_DAY = 86_400_000

export interface RotationLimits {
  /** The file is rotated before it would grow beyond this. */
  readonly maxBytes: number
  /** How many rotated files are kept. */
  readonly maxBackups: number
  /** Rotated files that were last written to longer ago are removed; `undefined` for no limit by age. */
  readonly maxAgeDays: number | undefined
}

interface Backup {
  readonly file: string
  readonly number: number
}

/**
 * A file that is appended to and rotated by size: `app.log` becomes `app.log.1`, the one before it `app.log.2`, and so
 * on. Opened, with its directory, by the first append. One append at a time.
 */
export class RotatingFile {
  readonly #file: string
  readonly #limits: RotationLimits
  readonly #clock: Clock
  #handle: FileHandle | undefined
  #size = 0

  constructor(file: string, limits: RotationLimits, clock: Clock) {
    this.#file = file
    this.#limits = limits
    this.#clock = clock
  }

  /** Rejects with the error of the file system. */
  async append(text: string, byteCount: number): Promise<void> {
    let handle = this.#handle ?? (await this.#openFirst())
    if (this.#size > 0 && this.#size + byteCount > this.#limits.maxBytes) {
      await this.#rotate()
      handle = await this.#open()
    }
    await handle.appendFile(text)
    this.#size += byteCount
  }

  async close(): Promise<void> {
    const handle = this.#handle
    this.#handle = undefined
    await handle?.close()
  }

  async #openFirst(): Promise<FileHandle> {
    await mkdir(path.dirname(this.#file), { recursive: true })
    const handle = await this.#open()
    await this.#removeOld(await this.#backups())
    return handle
  }

  async #open(): Promise<FileHandle> {
    this.#handle = await open(this.#file, 'a')
    this.#size = (await this.#handle.stat()).size
    return this.#handle
  }

  async #rotate(): Promise<void> {
    await this.close()
    const backups = await this.#backups()
    // The oldest first, so that no file is renamed onto one that is still needed.
    for (const { file, number } of backups) await this.#shift(file, number)
    await this.#shift(this.#file, 0)
    await this.#removeOld(await this.#backups())
  }

  async #shift(file: string, number: number): Promise<void> {
    if (number >= this.#limits.maxBackups) await rm(file, { force: true })
    else await rename(file, `${this.#file}.${String(number + 1)}`)
  }

  /** Rotated files, the oldest first. */
  async #backups(): Promise<readonly Backup[]> {
    const directory = path.dirname(this.#file)
    const prefix = `${path.basename(this.#file)}.`
    const names = (await readdir(directory)).filter((name) => name.startsWith(prefix))
    return names
      .map((name) => ({ file: path.join(directory, name), suffix: name.slice(prefix.length) }))
      .filter(({ suffix }) => /^[1-9]\d*$/.test(suffix))
      .map(({ file, suffix }) => ({ file, number: Number(suffix) }))
      .sort((a, b) => b.number - a.number)
  }

  async #removeOld(backups: readonly Backup[]): Promise<void> {
    const { maxAgeDays, maxBackups } = this.#limits
    const oldest = maxAgeDays === undefined ? -Infinity : this.#clock.now() - maxAgeDays * MILLISECONDS_PER_DAY
    for (const { file, number } of backups) {
      if (number > maxBackups || (await stat(file)).mtimeMs < oldest) await rm(file, { force: true })
    }
  }
}
