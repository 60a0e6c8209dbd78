/** One page of a list, as the API answers it. */
export interface Page<Item> {
  data: Item[];
  page: {
    limit: number;
    hasMore: boolean;
    /** Where the next page begins. null: this is the last page. */
    nextCursor: string | null;
  };
}

/**
 * A list. Nothing is read before it is used, and no more than one page is held in memory. Each use reads from the
 * beginning.
 */
export interface Pages<Item, OnePage extends Page<Item> = Page<Item>> extends AsyncIterable<Item> {
  /** Reads the first page, or the one that the query's `cursor` names. */
  page(): Promise<OnePage>;
  /** Reads page after page. */
  pages(): AsyncIterable<OnePage>;
}

/** @param read reads one page. Without a cursor: the first one */
export function createPages<Item, OnePage extends Page<Item>>(
  read: (cursor: string | undefined) => Promise<OnePage>,
): Pages<Item, OnePage> {
  async function* pages(): AsyncGenerator<OnePage> {
    let cursor: string | undefined;
    do {
      const page = await read(cursor);
      yield page;
      cursor = page.page.nextCursor ?? undefined;
    } while (cursor !== undefined);
  }
  return {
    page: () => read(undefined),
    pages,
    async *[Symbol.asyncIterator]() {
      for await (const { data } of pages()) yield* data;
    },
  };
}
