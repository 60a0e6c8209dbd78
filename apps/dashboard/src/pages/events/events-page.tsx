import { Undo2 } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import type { BulkChange } from '../../changes/bulk-change.ts';
import { BulkDialog } from '../../changes/bulk-dialog.tsx';
import { useShortcut } from '../../keys/use-shortcut.ts';
import { BulkBar } from '../../lists/bulk-bar.tsx';
import { FilterBar } from '../../lists/filter-bar.tsx';
import { ListView } from '../../lists/list-view.tsx';
import { LiveListArea } from '../../lists/live-list-area.tsx';
import { PauseButton } from '../../lists/pause-button.tsx';
import { RangePicker } from '../../lists/range-picker.tsx';
import { SavedViews } from '../../lists/saved-views.tsx';
import { SplitView } from '../../lists/split-view.tsx';
import { useHold } from '../../lists/use-hold.ts';
import { useListKeys } from '../../lists/use-list-keys.ts';
import { useOpenRow } from '../../lists/use-open-row.ts';
import { useSelection } from '../../lists/use-selection.ts';
import { useCan, useIsOperator } from '../../session/access.ts';
import { PageHeader } from '../../shell/page-header.tsx';
import { readTimeMs } from '../../time/clock.ts';
import { Button } from '../../ui/button.tsx';
import type { DataListHandle } from '../../ui/data-list.tsx';
import type { Filters } from '../../url/filters.ts';
import { boundsOf } from '../../url/time-range.ts';
import { useFilters } from '../../url/use-filters.ts';
import { replayChosen } from './event-bulk.ts';
import { narrowEventRow, OPERATOR_COLUMNS, TENANT_COLUMNS } from './event-columns.tsx';
import { EventDetail } from './event-detail.tsx';
import { EVENT_FIELDS, TENANT_FIELD } from './event-fields.ts';
import { EventHistogram } from './event-histogram.tsx';
import type { EventRow } from './event-row.ts';
import { FirstEvent } from './first-event.tsx';
import { MatchingActions } from './matching-actions.tsx';
import { useEventList } from './use-event-list.ts';

const OPERATOR_FIELDS = [...EVENT_FIELDS, TENANT_FIELD];
const STANDARD_VIEWS: readonly { name: string; filters: Filters }[] = [
  { name: 'All events', filters: {} },
  { name: 'Dead letters', filters: { status: 'dead_letter' } },
  { name: 'Being retried', filters: { status: 'failed' } },
  { name: 'Not settled yet', filters: { processed: 'false' } },
];
const FAILURES: Filters = { status: 'dead_letter' };

const nameOf = ({ type, id }: EventRow) => `${type}, ${id}`;

export default function EventsPage() {
  const isOperator = useIsOperator();
  const mayReplay = useCan('replays:write');
  const fields = isOperator ? OPERATOR_FIELDS : EVENT_FIELDS;
  const { filters, range, setFilters, setRange, clear } = useFilters(fields);
  // The list begins where it began when the range was chosen: a moving start would read it again and again.
  const bounds = useMemo(() => boundsOf(range, readTimeMs()), [range]);

  const hold = useHold();
  const listRef = useRef<DataListHandle>(null);
  const list = useEventList({ filters, bounds, isHeld: hold.isHeld });

  const order = useMemo(() => list.rows.map(({ id }) => id), [list.rows]);
  const open = useOpenRow('/events');
  const chosen = useSelection(order);
  const selection = mayReplay ? chosen : undefined;
  const [change, setChange] = useState<BulkChange>();
  useListKeys({ order, open, list: listRef, selection });
  useShortcut('failures', () => setFilters(filters['status'] === FAILURES['status'] ? {} : FAILURES));

  return (
    <>
      <PageHeader
        title="Events"
        actions={
          <>
            <PauseButton hold={hold} />
            <MatchingActions filters={filters} bounds={bounds} onChange={setChange} />
            <RangePicker range={range} defaultLabel="All of the time" onChange={setRange} />
          </>
        }
      >
        <SavedViews list="events" filters={filters} standard={STANDARD_VIEWS} onChoose={setFilters} />
        <FilterBar fields={fields} filters={filters} onChange={setFilters} />
      </PageHeader>
      <div className="border-line border-b px-3 py-2">
        <EventHistogram filters={filters} bounds={bounds} onRange={setRange} />
      </div>
      <SplitView
        detail={
          open.id === undefined ? undefined : (
            <EventDetail
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
            label="Events"
            columns={isOperator ? OPERATOR_COLUMNS : TENANT_COLUMNS}
            narrowRow={narrowEventRow}
            nameOf={nameOf}
            open={open}
            selection={selection}
            isFiltered={Object.keys(filters).length > 0 || range !== undefined}
            onClear={clear}
            nothingYet={<FirstEvent />}
            onAtTopChange={hold.setAtTop}
          />
          <BulkBar count={chosen.ids.size} onClear={chosen.clear}>
            <Button
              size="small"
              icon={Undo2}
              onClick={() => setChange(replayChosen([...chosen.ids], filters))}
            >
              Replay…
            </Button>
          </BulkBar>
        </LiveListArea>
      </SplitView>
      {change && <BulkDialog change={change} onClose={() => setChange(undefined)} />}
    </>
  );
}
