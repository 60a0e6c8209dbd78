/** The answer of a list: at most `limit` of the rows, of which one more was asked for to see whether there are more. */
export function toPage<Row extends { id: string }, Item>(
  rows: readonly Row[],
  limit: number,
  toItem: (row: Row) => Item,
): { data: Item[]; page: { limit: number; hasMore: boolean; nextCursor: string | null } } {
  const shown = rows.slice(0, limit);
  const hasMore = rows.length > limit;
  return {
    data: shown.map(toItem),
    page: { limit, hasMore, nextCursor: hasMore ? (shown.at(-1)?.id ?? null) : null },
  };
}
