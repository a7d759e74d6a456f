import { isPortFree } from '@vidnest/services'
import { type DemoArguments, readArguments, usage, UsageError } from './arguments.ts'
import { type DemoEnvironment, startDemo } from './environment.ts'
import { addressIn, serverVariables } from './servers.ts'
import { bold, dim, outliveTerminal, red, say } from './terminal.ts'
import { takeTour } from './tour/tour.ts'

const usualPort = 8000
const portsToTry = 50

outliveTerminal()
try {
  process.exitCode = await main()
} catch (error) {
  const message = error instanceof Error ? error.message : 'something went wrong'
  process.stderr.write(`${red('✗')} ${message}\n${error instanceof UsageError ? `\n${usage}` : ''}`)
  process.exitCode = error instanceof UsageError ? 2 : 1
}

async function main(): Promise<number> {
  const asked = readArguments(process.argv.slice(2))
  if (asked.help) {
    say(usage)
    return 0
  }
  regardEnvironment(asked)
  const stopped = nextSignal()
  const port = asked.tour ? 0 : await choosePort(asked.port)
  const starting = startDemo({ port, existingServers: asked.existingServers })
  const demo = await Promise.race([starting, stopped.then(() => undefined)])
  if (demo === undefined) {
    say('\nStopped before everything was there.')
    // What was started so far goes away with this process; what was written to somebody else's servers does not.
    if (asked.existingServers) await (await starting).close()
    process.exit(130)
  }
  try {
    if (asked.tour) return await Promise.race([takeTour(demo), stopped.then(() => 130)])
    welcome(demo)
    await stopped
    say('\nStopping …')
    return 0
  } finally {
    await demo.close()
  }
}

/** Says what becomes of servers that the environment names. */
function regardEnvironment({ existingServers }: DemoArguments): void {
  const named = serverVariables.filter((name) => addressIn(name) !== undefined)
  if (existingServers && named.length === 0)
    throw new UsageError(`--existing-servers needs ${serverVariables.join(' or ')} in the environment`)
  if (!existingServers && named.length > 0)
    say(dim(`Not used without --existing-servers: ${named.join(', ')}.`))
}

/** The port that was asked for, or the first free one from the usual on. */
async function choosePort(asked: number | undefined): Promise<number> {
  const wanted = asked ?? usualPort
  if (await isPortFree(wanted)) return wanted
  if (asked !== undefined) throw new UsageError(`port ${String(asked)} is taken: choose another one`)
  for (let port = wanted + 1; port < wanted + portsToTry; port += 1) {
    if (!(await isPortFree(port))) continue
    say(`Port ${String(wanted)} is taken, so VidNest takes ${String(port)}; --port chooses another.`)
    return port
  }
  throw new Error(
    `ports ${String(wanted)} to ${String(wanted + portsToTry)} are all taken: choose one with --port`,
  )
}

function nextSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve())
  })
}

function welcome(demo: DemoEnvironment): void {
  const { vidnest, logins } = demo
  const api = `${vidnest.url}/api/v1`
  const [admin, creator] = (['admin', 'creator'] as const).map((role) =>
    logins.find((one) => one.role === role),
  )
  say(`\n${bold('VidNest is running:')} ${api}/videos\n`)
  say(bold('Logins'))
  for (const { role, email, password } of logins) say(`  ${role.padEnd(8)} ${email.padEnd(28)} ${password}`)
  say(`\n${bold('Three things to try')}`)
  say(`  ${dim('1. Ask twice: the header tells where the data came from.')}`)
  say(`     curl -si '${api}/videos?category=music' | grep -i x-data-source`)
  say(`  ${dim('2. Sign in and see who you are.')}`)
  say(`     ${loginLine(api, creator, 'jar')} && curl -s -b jar ${api}/users/me`)
  say(`  ${dim('3. Sign in as admin and see how often the cache helped.')}`)
  say(`     ${loginLine(api, admin, 'admin')} && curl -s -b admin ${api}/cache/stats`)
  say(`\n${bold('What is in Redis')}`)
  for (const [what, command] of demo.looks) say(`  ${dim(what.padEnd(30))} ${command}`)
  say()
  say(dim('Ctrl-C stops it and removes everything.'))
}

function loginLine(api: string, login: DemoEnvironment['logins'][number] | undefined, jar: string): string {
  const body = JSON.stringify({ email: login?.email, password: login?.password })
  return `curl -s -o /dev/null -c ${jar} -H 'content-type: application/json' -d '${body}' ${api}/users/login`
}
