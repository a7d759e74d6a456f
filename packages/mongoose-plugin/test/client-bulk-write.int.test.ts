import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { openVideoWorld, type VideoWorld } from './support/video-world.ts'

/** `bulkWrite` of the client, which servers know from 8.0 on. */
let world: VideoWorld
beforeEach(async () => {
  world = await openVideoWorld()
  await world.Video.create({ title: 'one', slug: 'one', category: 'A' })
  await world.list('A')
  world.changes.length = 0
})
afterEach(() => world.close())

interface ClientModel {
  readonly name: string
  readonly namespace: string
  readonly filter: object
  readonly update: object
}

const moveToB = (namespace: string): ClientModel => ({
  name: 'updateOne',
  namespace,
  filter: { slug: 'one' },
  update: { $set: { category: 'B' } },
})

function clientOf({ connection }: VideoWorld) {
  return connection.getClient() as unknown as {
    bulkWrite(models: readonly ClientModel[], options?: object): Promise<unknown>
    db(name: string): { collection(name: string): { updateOne(filter: object, update: object): unknown } }
  }
}

/** Gives the client's class what the driver does with a server that knows the command, for one client more. */
async function withNewServer(use: (opened: VideoWorld) => Promise<void>): Promise<void> {
  const prototype = Object.getPrototypeOf(clientOf(world)) as ReturnType<typeof clientOf>
  const { bulkWrite } = prototype
  prototype.bulkWrite = async function (this: typeof prototype, models) {
    for (const { namespace, filter, update } of models) {
      const [db = '', collection = ''] = namespace.split('.')
      await this.db(db).collection(collection).updateOne(filter, update)
    }
    return { acknowledged: true, modifiedCount: models.length }
  }
  try {
    const opened = await openVideoWorld()
    try {
      await use(opened)
    } finally {
      await opened.close()
    }
  } finally {
    prototype.bulkWrite = bulkWrite
  }
}

describe('a server that refuses it', () => {
  it('has changed nothing, so nothing is told', async () => {
    const { server } = (await world.connection.db
      ?.admin()
      .serverInfo()
      .then(({ version }) => ({
        server: Number(String(version).split('.')[0]),
      }))) ?? { server: 0 }
    const { misses } = world.cache.stats()
    const write = clientOf(world).bulkWrite([moveToB(`${world.connection.name}.videos`)])
    const outcome = await write.then(
      () => 'done',
      () => 'refused',
    )
    expect(outcome).toBe(server >= 8 ? 'done' : 'refused')
    expect(await world.list('A')).toEqual(await world.truth('A'))
    expect(world.changes).toHaveLength(server >= 8 ? 1 : 0)
    expect(world.cache.stats().misses - misses).toBe(server >= 8 ? 1 : 0)
  })
})

describe('a server that takes it', () => {
  it('has every collection with the plugin told, and no other', async () => {
    await withNewServer(async (opened) => {
      await opened.Video.create({ title: 'two', slug: 'one', category: 'A' })
      await opened.list('A')
      opened.changes.length = 0
      await clientOf(opened).bulkWrite([moveToB(`${opened.connection.name}.others`)])
      expect(opened.changes).toEqual([])
      await clientOf(opened).bulkWrite([
        moveToB(`${opened.connection.name}.videos`),
        moveToB(`${opened.connection.name}.others`),
      ])
      expect(await opened.list('A')).toEqual([])
      expect(opened.changes).toMatchObject([{ op: 'unknown', source: 'raw', collection: 'videos' }])
    })
  })

  it('has them told of what connection.bulkWrite sends', async () => {
    await withNewServer(async (opened) => {
      await opened.Video.create({ title: 'two', slug: 'one', category: 'A' })
      await opened.list('A')
      const model = { model: opened.Video, name: 'updateOne', filter: { slug: 'one' } } as const
      await opened.connection.bulkWrite([{ ...model, update: { category: 'B' } }] as never)
      expect(await opened.list('A')).toEqual([])
    })
  })
})
