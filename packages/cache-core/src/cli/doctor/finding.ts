/** How bad a finding is. */
export type Level = 'ok' | 'warn' | 'problem'

/** Something that was looked at, and how it is. */
export interface Finding {
  /** What was looked at, such as `memory`. */
  readonly check: string
  readonly level: Level
  readonly message: string
  /** What to do about it. */
  readonly advice?: string
}

export function ok(check: string, message: string, advice?: string): Finding {
  return finding('ok', check, { message, advice })
}

export function warn(check: string, message: string, advice: string): Finding {
  return finding('warn', check, { message, advice })
}

export function problem(check: string, message: string, advice: string): Finding {
  return finding('problem', check, { message, advice })
}

function finding(
  level: Level,
  check: string,
  { message, advice }: { readonly message: string; readonly advice: string | undefined },
): Finding {
  return { check, level, message, ...(advice !== undefined && { advice }) }
}

/** Findings of several servers, by check: what all of them share is said once, the rest with the servers' names. */
export function joinFindings(
  servers: readonly { readonly name: string; readonly findings: readonly Finding[] }[],
): Finding[] {
  const groups = new Map<string, { readonly finding: Finding; readonly names: string[] }>()
  for (const { name, findings } of servers) {
    for (const found of findings) {
      const id = `${found.check} ${found.level} ${found.message}`
      const group = groups.get(id) ?? { finding: found, names: [] }
      group.names.push(name)
      groups.set(id, group)
    }
  }
  const checks = [...groups.values()].map(({ finding: { check } }) => check)
  return [...groups.values()]
    .sort((a, b) => checks.indexOf(a.finding.check) - checks.indexOf(b.finding.check))
    .map(({ finding: found, names }) =>
      names.length === servers.length
        ? found
        : { ...found, message: `${names.join(', ')}: ${found.message}` },
    )
}
