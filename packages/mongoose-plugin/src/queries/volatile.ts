const volatileNames = new Set(['$rand', '$sampleRate', '$sample'])
const volatileVariables = /^\$\$(NOW|CLUSTER_TIME)(\.|$)/

/** Whether a filter, projection or pipeline gives another result each time, or cannot be told from others. */
export function isVolatile(value: unknown): boolean {
  if (typeof value === 'string') return volatileVariables.test(value)
  if (typeof value === 'function') return true
  if (typeof value !== 'object' || value === null || '_bsontype' in value) return false
  if (ArrayBuffer.isView(value) || value instanceof Date || value instanceof RegExp) return false
  if (value instanceof Map) return [...value.values()].some(isVolatile)
  if (Array.isArray(value)) return value.some(isVolatile)
  if (typeof (value as { toBSON?: unknown }).toBSON === 'function') return false
  return Object.entries(value).some(([name, part]) => volatileNames.has(name) || isVolatile(part))
}
