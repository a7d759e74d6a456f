/** An operation that takes the next of `items` each time, from the first again after the last. */
export function inTurn<Item>(
  work: (item: Item) => Promise<unknown>,
  items: readonly Item[],
): () => Promise<unknown> {
  let next = 0
  return () => {
    const item = items[next] as Item
    next = next + 1 === items.length ? 0 : next + 1
    return work(item)
  }
}
