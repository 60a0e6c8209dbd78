import type { RefObject } from 'react';
import { useLocation } from 'wouter';
import { useShortcut } from '../keys/use-shortcut.ts';
import type { DataListHandle } from '../ui/data-list.tsx';
import type { OpenRow } from './use-open-row.ts';
import type { Selection } from './use-selection.ts';

interface ListKeys {
  /** The ids of the rows, in their order. */
  order: readonly string[];
  open: OpenRow;
  list: RefObject<DataListHandle | null>;
  /** Absent: rows cannot be chosen. */
  selection?: Selection | undefined;
}

/** The shortcuts of every list with a detail beside it. */
export function useListKeys({ order, open, list, selection }: ListKeys): void {
  const [, navigate] = useLocation();
  function move(step: number) {
    const at = open.id === undefined ? -1 : order.indexOf(open.id);
    const id = order[at < 0 ? 0 : Math.min(order.length - 1, Math.max(0, at + step))];
    if (id === undefined) return;
    open.show(id);
    list.current?.scrollTo(id);
  }
  const { id } = open;
  useShortcut('next', () => move(1));
  useShortcut('previous', () => move(-1));
  useShortcut('open', () => id !== undefined && navigate(open.pageOf(id)), id !== undefined);
  useShortcut('close', () => open.show(undefined), id !== undefined);
  // Registered last, so it comes first: what is chosen is dropped before the detail is closed.
  useShortcut('close', () => selection?.clear(), (selection?.ids.size ?? 0) > 0);
  useShortcut(
    'select',
    () => id !== undefined && selection?.toggle(id, false),
    id !== undefined && selection !== undefined,
  );
}
