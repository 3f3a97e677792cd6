type Step<Item> = { readonly item: Item } | { readonly end: unknown };

/**
 * Works on the items of a sequence several at a time and gives the results in the items' order, each as soon as it and those before it are ready, whether
 * or not the next item has come. Takes no more items than it works on, so that memory depends on `width` and not on the length of the sequence.
 * @param width items in work at once, at most
 * @throws what the sequence or the work throws, once the results before it are taken
 */
export async function* inOrder<Item, Result>(
  items: AsyncIterable<Item> | Iterable<Item>,
  width: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const iterator = iterate(items);
  const pending: Promise<Result>[] = [];
  let next: Promise<Step<Item>> | undefined;
  let end: { readonly end: unknown } | undefined;
  try {
    for (;;) {
      if (!end && pending.length < width) next ??= stepOf(iterator);
      const [oldest] = pending;
      if (!next && !oldest) break;
      const step = next && (await Promise.race(oldest ? [next, settled(oldest)] : [next]));
      if (!step) {
        yield await pending.shift()!;
        continue;
      }
      next = undefined;
      if ("end" in step) {
        end = step;
        continue;
      }
      const result = work(step.item);
      // It is awaited above, perhaps after others; until then a failure is nobody's.
      result.catch(() => undefined);
      pending.push(result);
    }
  } finally {
    // Not waited for: the next item may never come.
    iterator.return(undefined).catch(() => undefined);
  }
  if (end?.end !== undefined) throw end.end;
}

async function* iterate<Item>(items: AsyncIterable<Item> | Iterable<Item>): AsyncGenerator<Item> {
  yield* items;
}

/** The next item, or the end with the error that ended the sequence, if one did. */
async function stepOf<Item>(iterator: AsyncGenerator<Item>): Promise<Step<Item>> {
  try {
    const { done, value } = await iterator.next();
    return done ? { end: undefined } : { item: value as Item };
  } catch (error) {
    return { end: error };
  }
}

function settled(result: Promise<unknown>): Promise<undefined> {
  const nothing = () => undefined;
  return result.then(nothing, nothing);
}
