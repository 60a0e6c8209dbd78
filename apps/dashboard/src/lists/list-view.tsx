import { type ReactNode, type Ref, useCallback } from 'react';
import { describeError } from '../api/describe-error.ts';
import { Unreadable } from '../shell/unreadable.tsx';
import { Button } from '../ui/button.tsx';
import { type Column, DataList, type DataListHandle } from '../ui/data-list.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import type { List } from './use-list.ts';
import type { OpenRow } from './use-open-row.ts';
import type { Selection } from './use-selection.ts';

interface ListViewProps<Row> {
  list: List<Row>;
  /** `Events`: for screen readers and in the texts of the list. */
  label: string;
  columns: readonly Column<Row>[];
  /** Two lines, for a narrow screen. */
  narrowRow: (row: Row) => ReactNode;
  /** The name of a row for screen readers. */
  nameOf: (row: Row) => string;
  open: OpenRow;
  /** Absent: rows cannot be chosen. */
  selection?: Selection | undefined;
  isFiltered: boolean;
  onClear: () => void;
  /** What to do to get the first row. */
  nothingYet: ReactNode;
  onAtTopChange?: ((isAtTop: boolean) => void) | undefined;
  ref?: Ref<DataListHandle> | undefined;
}

/** A list in each of its states: being read, not readable, nothing yet, nothing that matches, and with rows. */
export function ListView<Row extends { id: string }>({
  list,
  label,
  columns,
  narrowRow,
  nameOf,
  open,
  selection,
  isFiltered,
  onClear,
  nothingYet,
  onAtTopChange,
  ref,
}: ListViewProps<Row>) {
  const { rows, error, hasMore } = list;
  const { hrefOf } = open;
  const hrefOfRow = useCallback(({ id }: Row) => hrefOf(id), [hrefOf]);
  const noun = label.toLowerCase();
  if (rows.length > 0)
    return (
      <DataList
        ref={ref}
        label={label}
        rows={rows}
        columns={columns}
        idOf={idOf}
        hrefOf={hrefOfRow}
        nameOf={nameOf}
        narrowRow={narrowRow}
        activeId={open.id}
        {...(selection && { selected: selection.ids, onSelect: selection.toggle })}
        onNearEnd={error ? undefined : list.loadMore}
        onAtTopChange={onAtTopChange}
        footer={<ListFooter list={list} noun={noun} />}
      />
    );
  if (error) return <Unreadable error={error} onRetry={list.retry} />;
  if (list.isPending || list.isSearching) return <SkeletonRows count={12} />;
  if (!isFiltered) return nothingYet;
  return (
    <EmptyState
      kind="no-match"
      title={hasMore ? `None of the newest ${noun} matches` : `None of the ${noun} matches`}
      actions={
        <>
          {hasMore && <Button onClick={list.loadMore}>Look at older {noun}</Button>}
          <Button onClick={onClear}>Show all {noun}</Button>
        </>
      }
    >
      There may be others, but none with these filters.
    </EmptyState>
  );
}

const idOf = ({ id }: { id: string }) => id;

interface ListFooterProps<Row> {
  list: List<Row>;
  noun: string;
}

function ListFooter<Row>({
  list: { rows, error, isLoadingMore, isSearching, hasMore, loadMore },
  noun,
}: ListFooterProps<Row>) {
  if (error) {
    return (
      <>
        {describeError(error).title}
        <Button size="small" tone="quiet" onClick={loadMore}>
          Try again
        </Button>
      </>
    );
  }
  if (isLoadingMore || isSearching) return `Reading more ${noun}…`;
  if (!hasMore) return `These are all: ${rows.length.toLocaleString('en')}.`;
  return (
    <Button size="small" tone="quiet" onClick={loadMore}>
      Read more {noun}
    </Button>
  );
}
