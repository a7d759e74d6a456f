import { Session } from 'node:inspector/promises'
import type { Profile } from './profile.ts'

/** Records the CPU of this process while `work` runs, a sample each 100 µs. */
export async function recordProfile(work: () => Promise<unknown>): Promise<Profile> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: 100 })
  await session.post('Profiler.start')
  await work()
  const { profile } = await session.post('Profiler.stop')
  session.disconnect()
  return profile
}
