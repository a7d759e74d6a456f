const byteUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const

/** `12300` as `12,300`. */
export function count(number: number): string {
  return Math.round(number).toLocaleString('en-US')
}

/** `1 key`, `12,300 keys`. */
export function countOf(number: number, singular: string, plural = `${singular}s`): string {
  return `${count(number)} ${number === 1 ? singular : plural}`
}

/** `1536` as `1.5 KiB`. */
export function bytes(number: number): string {
  let value = number
  let unit = 0
  while (value >= 1024 && unit < byteUnits.length - 1) {
    value /= 1024
    unit += 1
  }
  return `${unit === 0 ? String(value) : value.toFixed(1)} ${byteUnits[unit] ?? ''}`
}

/** A length of time with its two largest units: `320 ms`, `12.3 s`, `14 m 3 s`, `2 d 4 h`. */
export function duration(ms: number): string {
  if (Number.isNaN(ms)) return '?'
  if (ms === Infinity) return 'for ever'
  if (ms === 0) return '0 ms'
  if (ms < 1) return `${ms.toFixed(2)} ms`
  if (ms < 10) return `${ms.toFixed(1)} ms`
  if (ms < 999.5) return `${ms.toFixed(0)} ms`
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 3600) return two(seconds, { size: 60, units: ['m', 's'] })
  if (seconds < 86_400) return two(Math.round(seconds / 60), { size: 60, units: ['h', 'm'] })
  return two(Math.round(seconds / 3600), { size: 24, units: ['d', 'h'] })
}

function two(
  amount: number,
  { size, units }: { readonly size: number; readonly units: readonly [string, string] },
): string {
  const rest = amount % size
  const large = `${count((amount - rest) / size)} ${units[0]}`
  return rest === 0 ? large : `${large} ${String(rest)} ${units[1]}`
}

/** `0.9321` as `93.2 %`. */
export function percent(ratio: number): string {
  return `${(ratio * 100).toFixed(1)} %`
}

/** A point in time as UTC: `2026-11-24 10:02:11.250 UTC`. */
export function timestamp(ms: number): string {
  if (!(Math.abs(ms) <= 8.64e15)) return 'an impossible time'
  return new Date(ms).toISOString().replace('T', ' ').replace('Z', ' UTC')
}
