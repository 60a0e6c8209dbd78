/** One page of a list; a page token is the base64 of an offset. Undefined if the token is invalid. */
export function offsetPage<Item>(
  items: readonly Item[],
  token: string | undefined,
  size: number,
): { page: Item[]; next: string | undefined } | undefined {
  let start = 0;
  if (token !== undefined && token !== '') {
    const match = /^offset:(\d{1,9})$/.exec(Buffer.from(token, 'base64').toString('utf8'));
    if (match === null) return undefined;
    start = Number(match[1]);
  }
  const end = start + size;
  const next = end < items.length ? Buffer.from(`offset:${end}`).toString('base64') : undefined;
  return { page: items.slice(start, end), next };
}
