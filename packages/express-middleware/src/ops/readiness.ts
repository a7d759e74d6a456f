import type { OpsCheck } from './options.ts'

/** What one check said. */
export interface CheckResult {
  readonly status: 'up' | 'down'
  readonly critical: boolean
}

/** Whether the service can work. */
export interface Readiness {
  readonly status: 'up' | 'degraded' | 'down'
  readonly checks: Readonly<Record<string, CheckResult>>
}

const deadlineMs = 1000
const keepMs = 1000

/** Runs the checks side by side, each with a deadline, at most once a second however often it is asked. */
export class ReadinessProbe {
  readonly #checks: readonly (readonly [string, OpsCheck])[]
  #latest: { readonly at: number; readonly result: Promise<Readiness> } | undefined

  constructor(checks: Readonly<Record<string, OpsCheck>>) {
    this.#checks = Object.entries(checks)
  }

  probe(): Promise<Readiness> {
    const now = performance.now()
    if (this.#latest === undefined || now - this.#latest.at > keepMs)
      this.#latest = { at: now, result: this.#run() }
    return this.#latest.result
  }

  async #run(): Promise<Readiness> {
    const results = await Promise.all(
      this.#checks.map(
        async ([name, check]) =>
          [name, { status: await works(check), critical: check.critical ?? true }] as const,
      ),
    )
    const down = results.filter(([, result]) => result.status === 'down')
    const status = down.some(([, result]) => result.critical) ? 'down' : down.length > 0 ? 'degraded' : 'up'
    return { status, checks: Object.fromEntries(results) }
  }
}

async function works({ check }: OpsCheck): Promise<'up' | 'down'> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error('the check took too long'))
    }, deadlineMs)
  })
  try {
    await Promise.race([Promise.resolve().then(check), late])
    return 'up'
  } catch {
    return 'down'
  } finally {
    clearTimeout(timer)
  }
}
