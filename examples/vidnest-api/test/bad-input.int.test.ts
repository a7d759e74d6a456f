import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestVidNest, type TestVidNest, upload, type Member } from './support/vidnest.ts'

let app: TestVidNest
let member: Member

beforeAll(async () => {
  app = await startTestVidNest({ users: 5, videos: 10 })
  member = await app.member()
})

afterAll(() => app.close())

async function send(
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; text: string; fields: string[] }> {
  const response = await fetch(`${app.vidnest.url}/api/v1${path}`, {
    method,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${member.client.token ?? ''}` },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  const { errors } = JSON.parse(text) as { errors?: { field: string }[] }
  return { status: response.status, text, fields: (errors ?? []).map(({ field }) => field) }
}

const registration = {
  username: 'somebody',
  email: 'somebody@vidnest.example',
  password: 'a long password',
  fullName: 'Some Body',
}

test.each([
  ['GET', '/videos/abc', undefined, 'id'],
  ['GET', '/videos/*', undefined, 'id'],
  ['GET', '/videos/a:b', undefined, 'id'],
  ['GET', '/videos/%7B%7D', undefined, 'id'],
  ['GET', '/videos/%', undefined, 'path'],
  ['GET', '/users/c/%', undefined, 'path'],
  ['GET', '/users/c/%ff', undefined, 'path'],
  ['GET', '/videos?page=-1', undefined, 'page'],
  ['GET', '/videos?page=0', undefined, 'page'],
  ['GET', '/videos?page=1.5', undefined, 'page'],
  ['GET', '/videos?limit=1e9', undefined, 'limit'],
  ['GET', '/videos?limit=51', undefined, 'limit'],
  ['GET', '/videos?category=a&category=b', undefined, 'category'],
  ['GET', '/videos?category=*', undefined, 'category'],
  ['GET', '/videos?sortBy=passwordHash', undefined, 'sortBy'],
  ['GET', '/videos?owner[$ne]=1', undefined, 'owner[$ne]'],
  ['GET', '/videos?utm_source=x', undefined, 'utm_source'],
  ['GET', '/videos/trending?category=none', undefined, 'category'],
  ['GET', '/search', undefined, 'q'],
  ['GET', '/users/c/a*b', undefined, 'username'],
  ['DELETE', '/users/sessions/short', undefined, 'sid'],
  ['POST', '/users/login', { email: { $ne: null }, password: 'x' }, 'email'],
  ['POST', '/users/login', { password: 'x' }, 'email'],
  ['POST', '/users/login', { email: 'a@b.example', password: { $gt: '' } }, 'password'],
  ['POST', '/users/register', { ...registration, role: 'admin' }, 'role'],
  ['POST', '/users/register', { ...registration, isAdmin: true }, 'isAdmin'],
  ['POST', '/users/register', { ...registration, password: 'short' }, 'password'],
  ['POST', '/users/register', { ...registration, email: 'nobody' }, 'email'],
  ['PATCH', '/users/me', { role: 'admin' }, 'role'],
  ['PATCH', '/users/me', { _id: 'x' }, '_id'],
  ['PATCH', '/users/me', {}, 'body'],
  ['POST', '/users/login', '{"email":', 'body'],
] as const)('%s %s is a 400 that names the field', async (method, path, body, field) => {
  const answer = await send(method, path, body)
  expect(answer.status).toBe(400)
  expect(answer.fields).toContain(field)
  expect(answer.text).not.toMatch(/\bat .*\.(ts|js):\d+/)
})

test('the video’s fields are checked the same way, and nothing of it changes', async () => {
  const id = await upload(member)
  for (const [body, field] of [
    [{ views: 1_000_000 }, 'views'],
    [{ owner: '000000000000000000000000' }, 'owner'],
    [{ isPublished: { $ne: true } }, 'isPublished'],
    [{ title: '' }, 'title'],
    [{ category: 'none' }, 'category'],
  ] as const) {
    const answer = await send('PATCH', `/videos/${id}`, body)
    expect([answer.status, answer.fields[0]]).toEqual([400, field])
  }
  expect(await send('PATCH', `/videos/${id}`, '{"__proto__":{"title":"x"}}')).toMatchObject({ status: 400 })
  expect(await app.client().expect(200, `/videos/${id}`)).toMatchObject({
    title: 'An uploaded video',
    views: 0,
  })
})

test('a text that is too long is refused before it is looked for', async () => {
  expect(await send('GET', `/search?q=${'x'.repeat(10_000)}`)).toMatchObject({ status: 400, fields: ['q'] })
})

test('a large or foreign body and a wrong route are answered in the same form', async () => {
  const large = { email: 'x'.repeat(200_000), password: 'x' }
  expect(await send('POST', '/users/login', large)).toMatchObject({ status: 413, fields: ['body'] })
  const headers = { 'content-type': 'application/json; charset=foo' }
  const foreign = await fetch(`${app.vidnest.url}/api/v1/users/login`, {
    method: 'POST',
    headers,
    body: '{}',
  })
  expect(foreign.status).toBe(415)
  expect(await foreign.json()).toMatchObject({ errors: [{ field: 'body' }], success: false })
  expect(await send('GET', '/nothing/here')).toMatchObject({ status: 404 })
})

/** Sends a multipart body as it is; resolves to the status and to what is said of which field. */
async function sendMultipart(
  body: string | FormData,
  type?: string,
): Promise<{ status: number; errors: unknown }> {
  const response = await fetch(`${app.vidnest.url}/api/v1/videos`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${member.client.token ?? ''}`,
      ...(type !== undefined && { 'content-type': type }),
    },
    body,
  })
  const text = await response.text()
  expect(text).not.toMatch(/\bat .*\.(ts|js):\d+/)
  return { status: response.status, errors: (JSON.parse(text) as { errors: unknown }).errors }
}

const part = '--b\r\nContent-Disposition: form-data; name="title"\r\n\r\nx'
const filePart = '--b\r\nContent-Disposition: form-data; name="videoFile"; filename="a.mp4"\r\n\r\nx'

test.each([
  ['without a boundary', 'abc', 'multipart/form-data', 'is multipart without a boundary'],
  ['that ends in a part', part, 'multipart/form-data; boundary=b', 'ends in the middle of a part'],
  ['that ends in a file', filePart, 'multipart/form-data; boundary=b', 'ends in the middle of a part'],
  ['of nothing', '', 'multipart/form-data; boundary=b', 'ends in the middle of a part'],
  [
    'with a header that is none',
    '--b\r\nContent-Disposition form-data\r\n\r\nx\r\n--b--\r\n',
    'multipart/form-data; boundary=b',
    'has a part whose header cannot be read',
  ],
  [
    'with a part without a name',
    '--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n',
    'multipart/form-data; boundary=b',
    'has a part without a name',
  ],
])('a multipart body %s is a 400 that says so, and leaves nothing', async (_, body, type, message) => {
  const before = await app.files()
  expect(await sendMultipart(body, type)).toEqual({ status: 400, errors: [{ field: 'body', message }] })
  expect(await app.files()).toEqual(before)
})

test('files and fields that are too many, too long or unknown are named', async () => {
  const form = (fill: (data: FormData) => void): FormData => {
    const data = new FormData()
    data.set('title', 'A file')
    data.set('category', 'music')
    fill(data)
    return data
  }
  const file = new Blob(['x'])
  const fieldsOf = async (fill: (data: FormData) => void): Promise<unknown> => {
    const { status, errors } = await sendMultipart(form(fill))
    return [status, ...(errors as { field: string }[]).map(({ field }) => field)]
  }
  const before = await app.files()
  expect(await fieldsOf((data) => data.append('extra', file, 'x.mp4'))).toEqual([400, 'extra'])
  expect(
    await fieldsOf((data) => {
      for (const name of ['videoFile', 'thumbnail', 'extra']) data.append(name, file, 'x')
    }),
  ).toEqual([400, 'extra'])
  expect(
    await fieldsOf((data) => {
      for (let copy = 0; copy < 2; copy += 1) data.append('thumbnail', file, 'x.png')
    }),
  ).toEqual([400, 'thumbnail'])
  expect(
    await fieldsOf((data) => {
      for (let field = 0; field < 25; field += 1) data.append(`field${String(field)}`, 'x')
    }),
  ).toEqual([400, 'body'])
  expect(await fieldsOf((data) => data.set('description', 'x'.repeat(30_000)))).toEqual([400, 'description'])
  expect(await fieldsOf((data) => data.append('x'.repeat(200), 'x'))).toEqual([400, 'body'])
  expect(await fieldsOf((data) => data.append('bad', 'x'))).toEqual([400, 'bad'])
  expect(await app.files()).toEqual(before)
})

test('an upload that is no video or no picture is refused, and leaves nothing', async () => {
  const form = (video: string, picture: string): FormData => {
    const data = new FormData()
    data.set('title', 'A file')
    data.set('category', 'music')
    data.set('videoFile', new Blob([video]), '../../evil.mp4')
    data.set('thumbnail', new Blob([picture]), 'picture.png')
    return data
  }
  const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
  const before = await app.files()
  const good = 'ftypisom'.padStart(12, '\0')
  for (const [video, picture, status] of [
    ['MZ', svg, 415],
    ['MZ', '\u{ff}\u{d8}\u{ff}', 415],
    [good, svg, 415],
  ] as const) {
    const answer = await member.client.ask('/videos', { method: 'POST', form: form(video, picture) })
    expect(answer.status).toBe(status)
  }
  expect((await member.client.ask('/videos', { method: 'POST', form: new FormData() })).status).toBe(400)
  expect(await app.files()).toEqual(before)
  const { data } = await member.client.ask(`/videos?owner=${member.id}&limit=50`)
  expect((data as { videos: { title: string }[] }).videos.filter(({ title }) => title === 'A file')).toEqual(
    [],
  )
})

test('somebody else’s video cannot be changed', async () => {
  const id = await upload(await app.member())
  expect((await send('PATCH', `/videos/${id}`, { title: 'Mine now' })).status).toBe(403)
  expect((await send('PATCH', `/videos/${id}/publish`)).status).toBe(403)
  expect((await send('DELETE', `/videos/${id}`)).status).toBe(403)
  expect((await send('DELETE', '/videos/000000000000000000000000')).status).toBe(404)
})

test('a search for a star, a colon or braces has its own literal entry', async () => {
  const texts = ['*', ':', '{}', 'a:b', '{a}', '%2A']
  for (const text of texts) await app.client().expect(200, `/search?q=${encodeURIComponent(text)}`)
  const keys = await app.vidnest.context.redis.cache.keys('vidnest:search:*')
  expect(keys).toHaveLength(texts.length)
  expect(keys.every((key) => key.split(':').length === 5)).toBe(true)
})

test('what is kept is served under a name of its own, with its true type, and never sniffed', async () => {
  const before = new Set(await app.files())
  await upload(member)
  const names = (await app.files()).filter((name) => !before.has(name)).sort()
  expect(names).toEqual([
    expect.stringMatching(/^[0-9a-f-]{36}\.(mp4|png)$/),
    expect.stringMatching(/^[0-9a-f-]{36}\.(mp4|png)$/),
  ])
  for (const name of names) {
    const { status, headers } = await fetch(`${app.vidnest.url}/media/${name}`)
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe(name.endsWith('mp4') ? 'video/mp4' : 'image/png')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  }
  expect((await fetch(`${app.vidnest.url}/media/..%2f..%2fetc%2fpasswd`)).status).toBe(404)
})

test('an operator that reached a filter would be a value there', async () => {
  const { User, Video } = app.vidnest.context.models
  const operators = { email: { $ne: null } } as unknown as { email: string }
  await expect(User.findOne(operators)).rejects.toThrow('Cast to string failed')
  await expect(Video.find({ $where: 'true' })).rejects.toThrow('$where is not allowed')
  await expect(Video.find({ title: ['a', 'b'] as unknown as string })).rejects.toThrow(
    'Cast to string failed',
  )
})
