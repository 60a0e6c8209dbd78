import type { DeliveryRow, ViewListName } from '@hookline/contracts';
import { type ReactNode, useMemo, useRef, useState } from 'react';
import type { BulkChange } from '../../changes/bulk-change.ts';
import { BulkDialog } from '../../changes/bulk-dialog.tsx';
import { type MatchingAction, MatchingMenu } from '../../changes/matching-menu.tsx';
import { useShortcut } from '../../keys/use-shortcut.ts';
import { FilterBar } from '../../lists/filter-bar.tsx';
import { ListView } from '../../lists/list-view.tsx';
import { LiveListArea } from '../../lists/live-list-area.tsx';
import { PauseButton } from '../../lists/pause-button.tsx';
import { RangePicker } from '../../lists/range-picker.tsx';
import { SavedViews } from '../../lists/saved-views.tsx';
import { SplitView } from '../../lists/split-view.tsx';
import { useHold } from '../../lists/use-hold.ts';
import { useListKeys } from '../../lists/use-list-keys.ts';
import { useLiveList } from '../../lists/use-live-list.ts';
import { useOpenRow } from '../../lists/use-open-row.ts';
import { useCan } from '../../session/access.ts';
import { PageHeader } from '../../shell/page-header.tsx';
import { readTimeMs } from '../../time/clock.ts';
import type { Column, DataListHandle } from '../../ui/data-list.tsx';
import type { FilterField, Filters } from '../../url/filters.ts';
import { boundsOf } from '../../url/time-range.ts';
import { useFilters } from '../../url/use-filters.ts';
import type { Matching } from './delivery-bulk.ts';
import { nameOfDelivery, narrowDeliveryRow, orderOfDelivery } from './delivery-columns.tsx';
import { DeliveryDetail } from './delivery-detail.tsx';
import { changesSoon } from './delivery-words.ts';

interface DeliveryListProps {
  /** `Deliveries`. */
  title: string;
  operation: 'listDeliveries' | 'listDeadLetters';
  /** Its address, and its name in saved views. */
  name: Extract<ViewListName, 'deliveries' | 'dead-letters'>;
  fields: readonly FilterField[];
  columns: readonly Column<DeliveryRow>[];
  views: readonly { name: string; filters: Filters }[];
  /** The filters of the shortcut that shows only failures. Absent: the list has nothing else. */
  failures?: Filters;
  /** What can be done with all that match. */
  actionsFor: (matching: Matching) => readonly MatchingAction[];
  nothingYet: ReactNode;
}

/** A list of deliveries with the open one beside it. */
export function DeliveryList({
  title,
  operation,
  name,
  fields,
  columns,
  views,
  failures,
  actionsFor,
  nothingYet,
}: DeliveryListProps) {
  const { filters, range, setFilters, setRange, clear } = useFilters(fields);
  // The list begins where it began when the range was chosen: a moving start would read it again and again.
  const bounds = useMemo(() => boundsOf(range, readTimeMs()), [range]);
  const hold = useHold();
  const listRef = useRef<DataListHandle>(null);
  const list = useLiveList(operation, {
    filters,
    bounds,
    isHeld: hold.isHeld,
    orderOf: orderOfDelivery,
    isUnderWay: changesSoon,
  });
  const order = useMemo(() => list.rows.map(({ id }) => id), [list.rows]);
  const open = useOpenRow(`/${name}`);
  const mayChange = useCan('replays:write');
  const [change, setChange] = useState<BulkChange>();
  useListKeys({ order, open, list: listRef });
  useShortcut(
    'failures',
    () => setFilters(filters['status'] === failures?.['status'] ? {} : (failures ?? {})),
    failures !== undefined,
  );
  return (
    <>
      <PageHeader
        title={title}
        actions={
          <>
            <PauseButton hold={hold} />
            <MatchingMenu
              label={`All ${title.toLowerCase()} that match`}
              actions={mayChange ? actionsFor({ filters, bounds }) : []}
              onChange={setChange}
            />
            <RangePicker range={range} defaultLabel="All of the time" onChange={setRange} />
          </>
        }
      >
        <SavedViews list={name} filters={filters} standard={views} onChoose={setFilters} />
        <FilterBar fields={fields} filters={filters} onChange={setFilters} />
      </PageHeader>
      <SplitView
        detail={
          open.id === undefined ? undefined : (
            <DeliveryDetail
              key={open.id}
              id={open.id}
              fullHref={open.pageOf(open.id)}
              onClose={() => open.show(undefined)}
            />
          )
        }
      >
        <LiveListArea hold={hold} list={listRef} waiting={list.waiting}>
          <ListView
            ref={listRef}
            list={list}
            label={title}
            columns={columns}
            narrowRow={narrowDeliveryRow}
            nameOf={nameOfDelivery}
            open={open}
            isFiltered={Object.keys(filters).length > 0 || range !== undefined}
            onClear={clear}
            nothingYet={nothingYet}
            onAtTopChange={hold.setAtTop}
          />
        </LiveListArea>
      </SplitView>
      {change && <BulkDialog change={change} onClose={() => setChange(undefined)} />}
    </>
  );
}
