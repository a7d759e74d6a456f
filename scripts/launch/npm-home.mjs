import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { isWritable } from './is-writable.mjs'
import { root } from './repository.mjs'

/** The place for downloads beside the home folder; git ignores it. */
const own = join(root, '.cache')
const inOwn = { npm_config_cache: join(own, 'npm'), PNPM_HOME: join(own, 'pnpm') }

const usual = () => process.env.npm_config_cache ?? join(homedir(), '.npm')

/** Whether npm and pnpm must keep what they download elsewhere, because the home folder cannot take it. */
export const needsOwnHome = () => !isWritable(homedir()) && !isWritable(usual())

/** The variables with which npm and pnpm keep what they download where it can be kept. */
export const homeToInstall = () => (needsOwnHome() ? inOwn : {})

/** The variables with which npx finds the package manager that was downloaded for the installation, without the network. */
export const homeToRun = () =>
  !existsSync(join(usual(), '_npx')) && existsSync(join(own, 'npm', '_npx')) ? inOwn : {}
