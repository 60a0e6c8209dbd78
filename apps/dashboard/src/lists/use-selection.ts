import { useCallback, useMemo, useState } from 'react';

export interface Selection {
  ids: ReadonlySet<string>;
  /** @param isRange everything since the row that was chosen last */
  toggle: (id: string, isRange: boolean) => void;
  clear: () => void;
}

/** Rows of a list that are chosen for an action. Those that leave the list stay chosen. */
export function useSelection(order: readonly string[]): Selection {
  const [ids, setIds] = useState<ReadonlySet<string>>(() => new Set());
  const [last, setLast] = useState<string>();
  const toggle = useCallback(
    (id: string, isRange: boolean) => {
      setIds((before) => toggleIn(before, order, id, isRange ? last : undefined));
      setLast(id);
    },
    [order, last],
  );
  const clear = useCallback(() => setIds(new Set()), []);
  return useMemo(() => ({ ids, toggle, clear }), [ids, toggle, clear]);
}

/**
 * @param from the other end of a range, of which all rows get the state that `id` gets
 */
export function toggleIn(
  ids: ReadonlySet<string>,
  order: readonly string[],
  id: string,
  from: string | undefined,
): ReadonlySet<string> {
  const next = new Set(ids);
  const ends = [order.indexOf(from ?? id), order.indexOf(id)];
  const range = ends.includes(-1) ? [id] : order.slice(Math.min(...ends), Math.max(...ends) + 1);
  const isChosen = !ids.has(id);
  for (const each of range) {
    if (isChosen) next.add(each);
    else next.delete(each);
  }
  return next;
}
