import { afterAll, beforeAll, expect, test } from 'vitest'
import { LanguageServer } from './support/language-server.ts'

/** What a user writes; it is only shown to the language server. */
const text = `import { createCache, defineKey } from '../src/index.ts'
const cache = createCache({ namespace: 'shop' })
const key = defineKey('list:{page}[:category:{category}]')
const built = key.build({ page: 1 })
const video = cache.define({
  key: 'video:{id}',
  load: ({ id }) => ({ id, title: 'a title' }),
  policy: { ttl: '5m', staleIfError: '1h' },
})
const list = cache.define({
  key: 'videos:{page}:sort:{sort}[:category:{category}]',
  load: (params, context) => ['a title'],
  tags: (asked) => ['videos'],
  policy: 'list',
})
const one = await video.getOrSet({ id: 1 })
const page = await list.get({ page: 1, sort: 'views' })
const pages = await list.getOrSetMany([{ page: 1, sort: 'views' }], (missing) => missing.map(() => []))
const report = await list.invalidateMatching({ page: 1 })
const plain = await cache.getOrSet('plain', () => 5, { policy: { ttl: '5m' } })
const counter = cache.counter({ key: 'views:{id}', seed: (counted) => 0 })
const count = await counter.increment({ id: 1 })
`

let server: LanguageServer

beforeAll(async () => {
  server = await LanguageServer.start()
})

afterAll(() => server.stop())

/** The signature of the last name of a piece of the text, on one line. */
async function signatureOf(piece: string): Promise<string> {
  const name = /\w+$/.exec(piece)?.[0] ?? ''
  const offset = text.indexOf(piece) + piece.length - name.length
  return (await server.signatureAt('written-by-a-user.ts', text, offset)).replaceAll(/\s+/g, ' ')
}

test.each([
  ['const video', 'const video: Definition<{ readonly id: KeyValue; }, { id: KeyValue; title: string; }>'],
  ['({ id', '(parameter) id: KeyValue'],
  ['const one', 'const one: { id: KeyValue; title: string; }'],
  ['const page', 'const page: string[] | undefined'],
  ['const pages', 'const pages: string[][]'],
  ['const report', 'const report: InvalidationReport'],
  ['const plain', 'const plain: number'],
  ['const counter', 'const counter: Counter<{ readonly id: KeyValue; }>'],
  ['{ ttl', '(property) Policy.ttl: Duration'],
  ["'5m', staleIfError", '(property) Policy.staleIfError?: Duration'],
  ['(params, context', '(parameter) context: LoadContext<unknown>'],
])('an editor shows for `%s` just what it is', async (piece, signature) => {
  expect(await signatureOf(piece)).toBe(signature)
})

test.each([
  ['const list', ['page: KeyValue', 'sort: KeyValue', 'category?: KeyValue']],
  ['load: (params', ['page: KeyValue', 'sort: KeyValue', 'category?: KeyValue']],
  ['tags: (asked', ['page: KeyValue', 'sort: KeyValue', 'category?: KeyValue']],
  ['(missing', ['page: KeyValue', 'sort: KeyValue', 'category?: KeyValue']],
  ['const key', ['page: KeyValue', 'category?: KeyValue']],
  ['key.build', ['page: KeyValue', 'category?: KeyValue', '): string']],
  ['video.getOrSet', ['params: { readonly id: KeyValue; }', 'options?: ReadOptions', 'Promise<{']],
  ['list.get', ['params: {', 'page: KeyValue', 'options?: ReadOptions', 'Promise<string[] | undefined>']],
  ['list.getOrSetMany', ['params: readonly {', 'loadMany?: LoadMany<{', 'Promise<string[][]>']],
  ['list.invalidateMatching', ['params: Partial<{', 'options?: InvalidateOptions']],
  ['cache.getOrSet', ['key: string', 'loader: Loader<number>', 'options: AdHocOptions<number>']],
  ['counter.increment', ['params: { readonly id: KeyValue; }', 'by?: number', 'Promise<number>']],
  ['(counted', ['readonly id: KeyValue']],
])('an editor shows for `%s` its parameters by name, and not how its type is made', async (piece, parts) => {
  const signature = await signatureOf(piece)
  for (const part of parts) expect(signature).toContain(part)
  expect(signature).not.toMatch(/Simplify|ParamsOf|RequiredText|OptionalText|infer | & |\.\.\./)
  expect(signature.length).toBeLessThan(600)
})
