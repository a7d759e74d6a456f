const colours = process.stdout.isTTY && process.env['NO_COLOR'] === undefined

function paint(code: number): (text: string) => string {
  return (text) => (colours ? `\u001B[${String(code)}m${text}\u001B[0m` : text)
}

export const bold: (text: string) => string = paint(1)
export const green: (text: string) => string = paint(32)
export const red: (text: string) => string = paint(31)
export const dim: (text: string) => string = paint(2)

/** Prints a line for people. */
export function say(line = ''): void {
  process.stdout.write(`${line}\n`)
}

/** Announces a step and, when it is done, how long it took. */
export async function step<Result>(title: string, work: () => Promise<Result>): Promise<Result> {
  const startedAt = performance.now()
  const result = await work()
  say(`${green('✓')} ${title} ${dim(`(${((performance.now() - startedAt) / 1000).toFixed(1)} s)`)}`)
  return result
}

/** What is said to a terminal that was closed is lost, and no reason to leave without clearing up. */
export function outliveTerminal(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
}
