import type { Report } from '../step.ts'
import { startMongo } from '../mongo/start-mongo.ts'

export interface SharedMongo {
  readonly uri: string
  /** Stops it if it was started here. */
  stop(): Promise<void>
}

/** A MongoDB that others may use too: the one at `MONGODB_URI`, else a started one. Never drop what is not yours. */
export const useMongo = async (report?: Report): Promise<SharedMongo> => {
  const uri = process.env['MONGODB_URI'] ?? ''
  if (uri !== '') {
    report?.({ server: 'MongoDB', title: 'MONGODB_URI', state: 'done', elapsedMs: 0 })
    return { uri, stop: async () => undefined }
  }
  return startMongo(report === undefined ? {} : { report })
}
