/** One way of doing the same work. */
export interface Contestant {
  readonly name: string
  readonly run: (index: number) => Promise<unknown>
}

/** How a comparison is run. */
export interface CompareOptions {
  readonly concurrency: number
  readonly rounds: number
  readonly roundMs: number
}

interface Sample {
  readonly opsPerSecond: number
  readonly cpuPerOp: number
}

/**
 * Runs the contestants in turns, so that what disturbs the machine disturbs all of them, and compares each round with the
 * first contestant's of the same turn. Returns a table of ratios.
 */
export async function compare(contestants: readonly Contestant[], options: CompareOptions): Promise<string> {
  const rounds: Sample[][] = []
  for (const contestant of contestants) await sample(contestant, options)
  for (let round = 0; round < options.rounds; round += 1) {
    const samples: Sample[] = []
    for (const contestant of contestants) samples.push(await sample(contestant, options))
    rounds.push(samples)
  }
  const lines = contestants.map(({ name }, index) => {
    const speed = ratios(rounds, index, ({ opsPerSecond }) => opsPerSecond)
    const cpu = ratios(rounds, index, ({ cpuPerOp }) => cpuPerOp)
    return `${name.padEnd(30)} operations/s ${speed.padEnd(20)} client CPU ${cpu}`
  })
  return lines.join('\n')
}

function ratios(
  rounds: readonly (readonly Sample[])[],
  index: number,
  read: (sample: Sample) => number,
): string {
  const values = rounds
    .flatMap((samples) => {
      const [first, own] = [samples[0], samples[index]]
      return first === undefined || own === undefined ? [] : [read(own) / read(first)]
    })
    .sort((a, b) => a - b)
  const at = (share: number): string => (values[Math.round(share * (values.length - 1))] ?? 0).toFixed(2)
  return `${at(0.5)} (${at(0)}–${at(1)})`
}

async function sample({ run }: Contestant, { concurrency, roundMs }: CompareOptions): Promise<Sample> {
  const startedAt = performance.now()
  const cpuBefore = process.cpuUsage()
  let operations = 0
  const work = async (): Promise<void> => {
    while (performance.now() - startedAt < roundMs) {
      operations += 1
      await run(operations)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, work))
  const cpu = process.cpuUsage(cpuBefore)
  const elapsedMs = performance.now() - startedAt
  return { opsPerSecond: (operations / elapsedMs) * 1000, cpuPerOp: (cpu.user + cpu.system) / operations }
}
