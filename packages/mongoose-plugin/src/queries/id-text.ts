/**
 * An `_id` as a text for its tag. Ids that MongoDB takes for equal have the same text, whatever the type of a number is;
 * ids that share a text although they differ (numbers beyond a double, all embedded documents) only invalidate each other.
 */
export function idText(id: unknown): string {
  switch (typeof id) {
    case 'string':
      return `s:${id}`
    case 'number':
    case 'bigint':
      return numberText(id)
    case 'object':
      return id === null ? 'null' : objectText(id)
    default:
      return typeof id === 'boolean' ? String(id) : 'other'
  }
}

function numberText(number: unknown): string {
  const double = Number(String(number))
  return `n:${String(double === 0 ? 0 : double)}`
}

function objectText(id: object): string {
  if (id instanceof Date) return `d:${String(id.getTime())}`
  if (id instanceof Uint8Array) return `b:${Buffer.from(id).toString('hex')}`
  switch ((id as { _bsontype?: unknown })._bsontype) {
    case 'ObjectId':
      return (id as { toHexString(): string }).toHexString()
    case 'Int32':
    case 'Double':
    case 'Long':
    case 'Decimal128':
      return numberText(id)
    case 'Binary': {
      const { buffer, position } = id as unknown as { buffer: Uint8Array; position?: number }
      return `b:${Buffer.from(buffer.subarray(0, position)).toString('hex')}`
    }
    default:
      return 'other'
  }
}
