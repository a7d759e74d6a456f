/** A column of a table. */
export interface Column {
  readonly title: string
  /** Numbers stand at the right. */
  readonly align?: 'left' | 'right'
}

/** Rows as lines, each column as wide as what it holds; the first line has the titles. */
export function tableLines(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const all = [columns.map(({ title }) => title), ...rows]
  const widths = columns.map((_, index) => Math.max(...all.map((row) => width(row[index] ?? ''))))
  return all.map((row) =>
    columns
      .map(({ align }, index) => {
        const cell = row[index] ?? ''
        const space = ' '.repeat((widths[index] ?? 0) - width(cell))
        return align === 'right' ? space + cell : cell + space
      })
      .join('  ')
      .trimEnd(),
  )
}

/** Pairs of a name and what it is, the second ones below each other. */
export function pairLines(pairs: readonly (readonly [name: string, text: string])[]): string[] {
  const widest = Math.max(0, ...pairs.map(([name]) => width(name)))
  return pairs.map(([name, text]) => `${name.padEnd(widest)}  ${text}`.trimEnd())
}

function width(text: string): number {
  return Array.from(text).length
}
