import type { EventRow } from './event-row.ts';

/** Events of the live feed before those of the list, without repeats. Both are newest first. */
export function prependLive(live: readonly EventRow[], listed: readonly EventRow[]): readonly EventRow[] {
  if (live.length === 0) return listed;
  const known = new Set(listed.map(({ id }) => id));
  const added = live.filter(({ id }) => !known.has(id));
  return added.length === 0 ? listed : [...added, ...listed];
}
