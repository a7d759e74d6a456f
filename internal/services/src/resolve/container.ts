import { access } from 'node:fs/promises'
import type { Resolver, ServerImage } from './resolver.ts'

/** A container, if a Docker engine answers. */
export const container = (image: string): Resolver<ServerImage> => ({
  title: `container ${image}`,
  find: async (progress) => {
    if (!(await mayHaveDocker())) return { notHere: 'no Docker engine answers' }
    progress('asking the Docker engine')
    const { getContainerRuntimeClient } = await import('testcontainers')
    try {
      await getContainerRuntimeClient()
    } catch {
      return { notHere: 'no Docker engine answers' }
    }
    return { server: { kind: 'container', image } }
  },
})

const mayHaveDocker = async (): Promise<boolean> => {
  if ((process.env['DOCKER_HOST'] ?? '') !== '') return true
  const home = process.env['HOME'] ?? ''
  const runtime = process.env['XDG_RUNTIME_DIR'] ?? ''
  const sockets = ['/var/run/docker.sock', `${home}/.docker/run/docker.sock`, `${runtime}/docker.sock`]
  const found = await Promise.all(
    sockets.map((path) =>
      access(path).then(
        () => true,
        () => false,
      ),
    ),
  )
  return found.includes(true)
}
