/** More different names than this at one place of a key are taken for values of a parameter. */
const mostLiterals = 8
/** The same for the first segment, since templates begin with a literal: so many definitions nobody has. */
const mostDefinitions = 200
const longestLiteral = 32

interface Node<Item> {
  item: Item | undefined
  readonly children: Map<string, Node<Item>>
  /** Whether its children were joined into one. */
  joined: boolean
}

/** How to keep something for each shape. */
export interface ShapeItems<Item> {
  create(): Item
  /** Adds what belongs to one shape to what belongs to another. */
  merge(into: Item, from: Item): void
}

/**
 * Guesses the definitions behind keys: `video:17` and `video:9` are of the shape `video:*`. Names of definitions are in no
 * key, so a segment that looks like a value, or of which there are many, is taken for a parameter.
 */
export class KeyShapes<Item> {
  readonly #items: ShapeItems<Item>
  readonly #root: Node<Item> = createNode()

  constructor(items: ShapeItems<Item>) {
    this.#items = items
  }

  /** What belongs to the shape of this key. */
  of(key: string): Item {
    let node = this.#root
    for (const [index, segment] of key.split(':').entries()) node = this.#child(node, index, segment)
    node.item ??= this.#items.create()
    return node.item
  }

  /** The shapes that were found, in the order of their names. */
  all(): readonly { readonly shape: string; readonly item: Item }[] {
    const found: { shape: string; item: Item }[] = []
    const visit = (node: Node<Item>, segments: readonly string[]): void => {
      if (node.item !== undefined) found.push({ shape: segments.join(':'), item: node.item })
      for (const [segment, child] of node.children) visit(child, [...segments, segment])
    }
    visit(this.#root, [])
    return found.sort((a, b) => (a.shape < b.shape ? -1 : 1))
  }

  #child(node: Node<Item>, index: number, segment: string): Node<Item> {
    const isValue = node.joined || (index > 0 && looksLikeValue(segment))
    const name = isValue ? '*' : segment
    const known = node.children.get(name)
    if (known !== undefined) return known
    const child = createNode<Item>()
    node.children.set(name, child)
    if (node.children.size <= (index === 0 ? mostDefinitions : mostLiterals)) return child
    this.#join(node)
    return node.children.get('*') ?? child
  }

  #join(node: Node<Item>): void {
    const joined = createNode<Item>()
    for (const child of node.children.values()) this.#merge(joined, child)
    node.children.clear()
    node.children.set('*', joined)
    node.joined = true
  }

  #merge(into: Node<Item>, from: Node<Item>): void {
    if (from.item !== undefined) {
      into.item ??= this.#items.create()
      this.#items.merge(into.item, from.item)
    }
    for (const [name, child] of from.children) {
      const place = into.joined ? '*' : name
      const own = into.children.get(place) ?? createNode<Item>()
      into.children.set(place, own)
      this.#merge(own, child)
    }
    if (into.children.size > mostLiterals || (from.joined && !into.joined)) this.#join(into)
  }
}

function createNode<Item>(): Node<Item> {
  return { item: undefined, children: new Map(), joined: false }
}

/** Digits, escapes, capitals, or a length that nobody gives to a literal. */
function looksLikeValue(segment: string): boolean {
  return segment.length > longestLiteral || /[\dA-Z%@~]/.test(segment)
}
