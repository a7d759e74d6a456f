type Permissions = Readonly<Record<string, string>>

interface Step {
  readonly uses?: string
  readonly run?: string
  readonly with?: Readonly<Record<string, unknown>>
}

interface Job {
  readonly permissions?: Permissions
  readonly environment?: string
  readonly 'timeout-minutes'?: number
  readonly steps: readonly Step[]
}

export interface Workflow {
  readonly permissions?: Permissions
  readonly concurrency?: unknown
  readonly jobs: Readonly<Record<string, Job>>
}

const pinnedLine = /^\s*(?:- )?uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/

function stepViolations(name: string, { uses = '', run = '', with: inputs = {} }: Step): string[] {
  const found: string[] = []
  if (uses.startsWith('actions/checkout@') && inputs['persist-credentials'] !== false) {
    found.push(`${name}: checkout keeps the token, say persist-credentials: false`)
  }
  if (uses.startsWith('pnpm/') && inputs['install'] !== false)
    found.push(`${name}: ${uses} installs by itself`)
  if (/pnpm (?:i|install)\b(?!.*--frozen-lockfile)/.test(run))
    found.push(`${name}: install without --frozen-lockfile`)
  return found
}

function jobViolations([name, job]: [string, Job]): string[] {
  const found = job.steps.flatMap((step) => stepViolations(name, step))
  if (job.permissions === undefined) found.push(`${name}: names no permissions`)
  if (job['timeout-minutes'] === undefined) found.push(`${name}: has no timeout-minutes`)
  if (job.permissions?.['id-token'] === 'write' && job.environment === undefined) {
    found.push(`${name}: may ask for an identity token outside a protected environment`)
  }
  return found
}

/** What of the repository's rules for workflows `workflow`, parsed from `source`, breaks. */
export function policyViolations(source: string, workflow: Workflow): string[] {
  const found = Object.entries(workflow.jobs).flatMap(jobViolations)
  if (workflow.permissions === undefined || Object.keys(workflow.permissions).length > 0) {
    found.push('permissions at the top are not {}')
  }
  if (workflow.concurrency === undefined) found.push('names no concurrency')
  const loose = source.split('\n').filter((line) => /\buses:/.test(line) && !pinnedLine.test(line))
  return [...found, ...loose.map((line) => `not pinned by commit with the version behind it: ${line.trim()}`)]
}
