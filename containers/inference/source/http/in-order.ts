/**
 * Works on the items of a sequence several at a time and gives the results in the items' order. Takes no more items than it works on, so that memory
 * depends on `width` and not on the length of the sequence.
 * @param width items in work at once, at most
 * @throws what the sequence or the work throws, once the results before it are taken
 */
export async function* inOrder<Item, Result>(
  items: AsyncIterable<Item> | Iterable<Item>,
  width: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const pending: Promise<Result>[] = [];
  for await (const item of items) {
    const result = work(item);
    // It is awaited below, perhaps after others; until then a failure is nobody's.
    result.catch(() => undefined);
    pending.push(result);
    if (pending.length >= width) yield await pending.shift()!;
  }
  for (const result of pending) yield await result;
}
