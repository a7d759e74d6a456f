import { contestantNamed } from './contestants/all-contestants.ts'
import type { Setup, Subject } from './contestants/contestant.ts'
import { argumentOfParent } from './processes/spawn-node.ts'
import type { Outcome, WorkerMessage, WorkerTask } from './processes/worker-process.ts'
import type { Profile } from './profile/profile.ts'
import { recordProfile } from './profile/record-profile.ts'
import { workloadNamed } from './workloads/all-workloads.ts'
import { NoSuchCall, type Bench } from './workloads/workload.ts'

const task = argumentOfParent() as WorkerTask
const contestant = contestantNamed(task.contestant)
let profile: Profile | undefined

function askServer(action: 'pause' | 'resume'): Promise<void> {
  const done = new Promise<void>((resolve) => process.once('message', () => resolve()))
  process.send?.({ type: 'server', action } satisfies WorkerMessage)
  return done
}

async function open(setup: Partial<Setup> & Pick<Setup, 'load' | 'tier'>): Promise<Subject> {
  const subject = await contestant.open({
    url: task.url,
    namespace: 'peers',
    maxEntries: 100_000,
    ...setup,
  })
  if (setup.tags === undefined || subject.invalidateTag !== undefined) return subject
  await subject.close()
  throw new NoSuchCall('tags')
}

const bench: Bench = {
  contestant,
  scale: task.scale,
  url: task.url,
  pinning: task.pinning,
  server: { pause: () => askServer('pause'), resume: () => askServer('resume') },
  open,
  ...(task.profile && {
    record: async (work: () => Promise<unknown>) => {
      profile = await recordProfile(work)
    },
  }),
}

async function outcome(): Promise<Outcome> {
  try {
    const samples = await workloadNamed(task.workload).run(bench)
    if (!task.profile) return { type: 'measured', samples }
    return profile === undefined
      ? { type: 'failed', reason: 'this workload has nothing to profile' }
      : { type: 'profiled', profile }
  } catch (error) {
    if (error instanceof NoSuchCall) return { type: 'absent' }
    return { type: 'failed', reason: error instanceof Error ? error.message : String(error) }
  }
}

process.send?.(await outcome())
