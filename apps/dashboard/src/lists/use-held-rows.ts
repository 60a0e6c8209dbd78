import { useEffect, useMemo, useState } from 'react';

/**
 * The rows that are shown: while rows must not move, those that are newer than the newest shown one are left out.
 * @param orderOf a text by which rows sort as the list does; the same function from render to render
 */
export function useHeldRows<Row>(
  rows: readonly Row[],
  isHeld: boolean,
  orderOf: (row: Row) => string,
): readonly Row[] {
  const [heldAt, setHeldAt] = useState<string>();
  const newest = rows[0] && orderOf(rows[0]);
  useEffect(() => {
    setHeldAt((before) => (isHeld ? (before ?? newest) : undefined));
  }, [isHeld, newest]);
  return useMemo(
    () => (isHeld && heldAt !== undefined ? rows.filter((row) => orderOf(row) <= heldAt) : rows),
    [rows, isHeld, heldAt, orderOf],
  );
}
