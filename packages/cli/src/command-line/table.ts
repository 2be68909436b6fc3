import type { Terminal } from './terminal.js'

/** Rows in columns, as wide as their widest cell. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { paint }: Pick<Terminal, 'paint'>,
): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()
  return [paint('dim', line(head)), ...rows.map(line)].join('\n')
}
