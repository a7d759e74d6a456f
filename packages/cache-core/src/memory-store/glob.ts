/** One place of a glob: a run of any length, any one character, or one that the test accepts. */
type Place = 'run' | 'any' | ((character: string) => boolean)

/**
 * Whether names fit a glob as they do in Redis' SCAN: `*`, `?`, `[abc]`, `[^a]`, `[a-z]`, and `\` before what is meant
 * literally. Takes time in proportion to glob and name, whatever they are.
 */
export function globMatcher(glob: string): (name: string) => boolean {
  const places = [...readPlaces(Array.from(glob))]
  return (name) => fits(places, Array.from(name))
}

function* readPlaces(glob: readonly string[]): Iterable<Place> {
  let index = 0
  while (index < glob.length) {
    const character = glob[index] ?? ''
    index += 1
    if (character === '*') yield 'run'
    else if (character === '?') yield 'any'
    else if (character === '[') {
      const set = readSet(glob, index)
      index = set.end
      yield set.accepts
    } else if (character === '\\' && index < glob.length) {
      yield literal(glob[index] ?? '')
      index += 1
    } else yield literal(character)
  }
}

function literal(expected: string): (character: string) => boolean {
  return (character) => character === expected
}

/** Reads a set from behind its bracket; as in Redis, one that is not closed ends with the glob. */
function readSet(
  glob: readonly string[],
  start: number,
): { readonly end: number; readonly accepts: (character: string) => boolean } {
  const negated = glob[start] === '^'
  const ranges: (readonly [from: string, to: string])[] = []
  let index = negated ? start + 1 : start
  while (index < glob.length && glob[index] !== ']') {
    if (glob[index] === '\\' && index + 1 < glob.length) index += 1
    const from = glob[index] ?? ''
    const isRange = glob[index + 1] === '-' && index + 2 < glob.length
    const to = isRange ? (glob[index + 2] ?? '') : from
    ranges.push(from <= to ? [from, to] : [to, from])
    index += isRange ? 3 : 1
  }
  const isAmong = (character: string): boolean =>
    ranges.some(([from, to]) => from <= character && character <= to)
  return { end: index + 1, accepts: (character) => isAmong(character) !== negated }
}

/** Tries the latest run longer and longer: what stood before it need never be tried again. */
function fits(places: readonly Place[], name: readonly string[]): boolean {
  let [place, position] = [0, 0]
  let latestRun: { readonly place: number; position: number } | undefined
  while (position < name.length) {
    const expected = places[place]
    if (expected === 'run') {
      latestRun = { place, position }
      place += 1
    } else if (expected === 'any' || (expected !== undefined && expected(name[position] ?? ''))) {
      place += 1
      position += 1
    } else if (latestRun !== undefined) {
      latestRun.position += 1
      place = latestRun.place + 1
      position = latestRun.position
    } else return false
  }
  return places.slice(place).every((rest) => rest === 'run')
}
