import { styleText } from 'node:util'

/** How a piece of text is shown where colours are. */
export type Style = Parameters<typeof styleText>[0]

/** A stream that a person or a program reads. */
export interface TextStream {
  write(text: string): unknown
  readonly isTTY?: boolean
  readonly columns?: number
  hasColors?(): boolean
}

/** Where a command writes: results to `out`, everything else to `err`, colours only where a person looks. */
export class Terminal {
  readonly #out: TextStream
  readonly #err: TextStream

  constructor(out: TextStream, err: TextStream) {
    this.#out = out
    this.#err = err
  }

  /** Whether a person sees what `err` gets as it comes. */
  get isWatched(): boolean {
    return this.#err.isTTY === true
  }

  out(text: string): void {
    this.#out.write(text.endsWith('\n') ? text : `${text}\n`)
  }

  err(text: string): void {
    this.#err.write(text.endsWith('\n') ? text : `${text}\n`)
  }

  /** Replaces the last line of a terminal; nothing anywhere else. */
  progress(text: string): void {
    if (this.isWatched) this.#err.write(`\r\u001b[K${text}`)
  }

  /** For texts that go to `out`. */
  readonly paint = (style: Style, text: string): string => paintFor(this.#out, style, text)

  /** For texts that go to `err`. */
  readonly paintErr = (style: Style, text: string): string => paintFor(this.#err, style, text)
}

/** Node itself looks at NO_COLOR, FORCE_COLOR and TERM where it says whether a terminal has colours. */
function paintFor(stream: TextStream, style: Style, text: string): string {
  const isColoured = stream.isTTY === true && stream.hasColors?.() === true
  // Which stream the text goes to, only we know.
  return isColoured ? styleText(style, text, { validateStream: false }) : text
}
