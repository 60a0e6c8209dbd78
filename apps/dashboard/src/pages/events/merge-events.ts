import type { Page } from '../../lists/use-list.ts';
import type { EventRow } from './event-row.ts';

/** A page of events, also one that the live feed knows more of. */
type EventPage = Page<EventRow>;

export interface Pages<P extends EventPage = EventPage> {
  pages: P[];
  pageParams: unknown[];
}

/** A first page that has grown beyond this is read anew, so that an open list does not grow without end. */
export const LARGEST_FIRST_PAGE = 2_000;

/**
 * Puts a newly read first page into a list: known events get their new status, new ones come first, and those that no longer
 * match go. If nothing connects the two, events between them may be missing, and the list begins again with the new page.
 * While rows must not move, they only get their new status, and what connects comes first.
 */
export function mergeFirstPage<P extends EventPage>(list: Pages<P>, fresh: P, isHeld: boolean): Pages<P> {
  const alone = { pages: [fresh], pageParams: [undefined] };
  const [first, ...rest] = list.pages;
  if (first === undefined || (!fresh.page.hasMore && !isHeld)) return alone;
  // A filter may match none of the events that a page looked at, and have matched older ones.
  const oldest = fresh.data.at(-1)?.id;
  if (oldest === undefined) return list;
  const known = new Set(list.pages.flatMap(({ data }) => data.map(({ id }) => id)));
  const added = fresh.data.filter(({ id }) => !known.has(id));
  const isConnected = added.length < fresh.data.length || !fresh.page.hasMore;
  const fits = isConnected && first.data.length + added.length <= LARGEST_FIRST_PAGE;
  if (!fits && !isHeld) return alone;
  const freshById = new Map(fresh.data.map((row) => [row.id, row]));
  const hasLeft = ({ id }: EventRow) => !isHeld && id >= oldest && !freshById.has(id);
  const update = <Each extends EventPage>(page: Each): Each =>
    page.data.some((row) => freshById.has(row.id) || hasLeft(row))
      ? { ...page, data: page.data.filter((row) => !hasLeft(row)).map((row) => freshById.get(row.id) ?? row) }
      : page;
  const newest = update(first);
  return {
    pages: [
      fits && added.length > 0 ? { ...newest, data: [...added, ...newest.data] } : newest,
      ...rest.map(update),
    ],
    pageParams: list.pageParams,
  };
}

/** Events of the live feed before those of the list, without repeats. Both are newest first. */
export function prependLive(live: readonly EventRow[], listed: readonly EventRow[]): readonly EventRow[] {
  if (live.length === 0) return listed;
  const known = new Set(listed.map(({ id }) => id));
  const added = live.filter(({ id }) => !known.has(id));
  return added.length === 0 ? listed : [...added, ...listed];
}
