import { startMongo, startRedis } from '../../src/index.ts'

/** A program that starts one of each, says where they are, and never ends by itself. */
const [redis, mongo] = await Promise.all([startRedis(), startMongo()])
process.stdout.write(`${JSON.stringify({ pids: [redis.pid, mongo.pid] })}\n`)
setInterval(() => undefined, 1000)
