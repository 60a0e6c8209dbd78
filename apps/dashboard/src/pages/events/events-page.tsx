import { ArrowUp, Pause, Play, Undo2 } from 'lucide-react';
import { useCallback, useMemo, useRef, useState } from 'react';
import { useLocation, useSearch } from 'wouter';
import type { BulkChange } from '../../changes/bulk-change.ts';
import { BulkDialog } from '../../changes/bulk-dialog.tsx';
import { keysOf } from '../../keys/shortcuts.ts';
import { useShortcut } from '../../keys/use-shortcut.ts';
import { BulkBar } from '../../lists/bulk-bar.tsx';
import { FilterBar } from '../../lists/filter-bar.tsx';
import { RangePicker } from '../../lists/range-picker.tsx';
import { SavedViews } from '../../lists/saved-views.tsx';
import { useSelection } from '../../lists/use-selection.ts';
import { useCan, useIsOperator } from '../../session/access.ts';
import { PageHeader } from '../../shell/page-header.tsx';
import { Unreadable } from '../../shell/unreadable.tsx';
import { readTimeMs } from '../../time/clock.ts';
import { Button } from '../../ui/button.tsx';
import { DataList, type DataListHandle } from '../../ui/data-list.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { useMediaQuery } from '../../ui/use-media-query.ts';
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
import { type EventList, useEventList } from './use-event-list.ts';

const OPERATOR_FIELDS = [...EVENT_FIELDS, TENANT_FIELD];
const STANDARD_VIEWS: readonly { name: string; filters: Filters }[] = [
  { name: 'All events', filters: {} },
  { name: 'Dead letters', filters: { status: 'dead_letter' } },
  { name: 'Being retried', filters: { status: 'failed' } },
  { name: 'Not settled yet', filters: { processed: 'false' } },
];
const FAILURES: Filters = { status: 'dead_letter' };
/** The list beside the detail is for wide windows. */
const WIDE = '(min-width: 80rem)';
/** The parameter of the address that says which event is open beside the list. */
const OPEN = 'open';

const idOf = ({ id }: EventRow) => id;
const pageOf = (id: string) => `/events/${encodeURIComponent(id)}`;
const nameOf = ({ type, id }: EventRow) => `${type}, ${id}`;

export default function EventsPage() {
  const isOperator = useIsOperator();
  const isWide = useMediaQuery(WIDE);
  const fields = isOperator ? OPERATOR_FIELDS : EVENT_FIELDS;
  const { filters, range, setFilters, setRange } = useFilters(fields);
  const [, navigate] = useLocation();
  const search = useSearch();
  const chosen = new URLSearchParams(search).get(OPEN) ?? undefined;
  // The list begins where it began when the range was chosen: a moving start would read it again and again.
  const bounds = useMemo(() => boundsOf(range, readTimeMs()), [range]);

  const [isPaused, setPaused] = useState(false);
  const [isAtTop, setAtTop] = useState(true);
  const [isPointed, setPointed] = useState(false);
  const listRef = useRef<DataListHandle>(null);
  const list = useEventList({ filters, bounds, isHeld: isPaused || !isAtTop || isPointed });

  const mayReplay = useCan('replays:write');
  const order = useMemo(() => list.rows.map(({ id }) => id), [list.rows]);
  const selection = useSelection(order);
  const [change, setChange] = useState<BulkChange>();

  const besideOf = useCallback(
    (id: string | undefined) => {
      const next = new URLSearchParams(search);
      if (id === undefined) next.delete(OPEN);
      else next.set(OPEN, id);
      return `/events${next.size === 0 ? '' : `?${next}`}`;
    },
    [search],
  );
  const hrefOf = useCallback(({ id }: EventRow) => (isWide ? besideOf(id) : pageOf(id)), [isWide, besideOf]);

  function choose(id: string | undefined) {
    navigate(besideOf(id), { replace: true });
    if (id !== undefined) listRef.current?.scrollTo(id);
  }
  function move(step: number) {
    const index = list.rows.findIndex(({ id }) => id === chosen);
    const row = list.rows[index < 0 ? 0 : Math.min(list.rows.length - 1, Math.max(0, index + step))];
    if (row) choose(row.id);
  }
  function showWaiting() {
    setPaused(false);
    setPointed(false);
    listRef.current?.scrollToTop();
  }
  useShortcut('next', () => move(1));
  useShortcut('previous', () => move(-1));
  useShortcut('open', () => chosen !== undefined && navigate(pageOf(chosen)));
  useShortcut('close', () => choose(undefined), chosen !== undefined);
  useShortcut('close', selection.clear, selection.ids.size > 0);
  useShortcut('select', () => chosen !== undefined && selection.toggle(chosen, false), mayReplay);
  useShortcut('pause', () => setPaused((before) => !before));
  useShortcut('failures', () => setFilters(filters['status'] === FAILURES['status'] ? {} : FAILURES));

  const isFiltered = Object.keys(filters).length > 0 || range !== undefined;
  const columns = isOperator ? OPERATOR_COLUMNS : TENANT_COLUMNS;
  return (
    <>
      <PageHeader
        title="Events"
        actions={
          <>
            <IconButton
              icon={isPaused ? Play : Pause}
              label={isPaused ? 'Go on showing new events' : 'Stop showing new events'}
              shortcut={keysOf('pause')}
              isPressed={isPaused}
              onClick={() => setPaused(!isPaused)}
            />
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
      <div className="flex min-h-0 flex-1">
        <div
          className="relative flex min-h-0 min-w-0 flex-1 flex-col"
          onPointerEnter={({ pointerType }) => setPointed(pointerType === 'mouse')}
          onPointerLeave={() => setPointed(false)}
        >
          {list.waiting > 0 && (
            <Button
              size="small"
              tone="primary"
              icon={ArrowUp}
              onClick={showWaiting}
              className="absolute top-9 left-1/2 z-10 -translate-x-1/2"
            >
              {list.waiting.toLocaleString('en')} new
            </Button>
          )}
          <BulkBar count={selection.ids.size} onClear={selection.clear}>
            <Button
              size="small"
              icon={Undo2}
              onClick={() => setChange(replayChosen([...selection.ids], filters))}
            >
              Replay…
            </Button>
          </BulkBar>
          {list.isPending || (list.isSearching && list.rows.length === 0) ? (
            <SkeletonRows count={12} />
          ) : list.error ? (
            <Unreadable error={list.error} onRetry={list.retry} />
          ) : list.rows.length > 0 ? (
            <DataList
              ref={listRef}
              label="Events"
              rows={list.rows}
              columns={columns}
              idOf={idOf}
              hrefOf={hrefOf}
              nameOf={nameOf}
              narrowRow={narrowEventRow}
              activeId={chosen}
              {...(mayReplay && { selected: selection.ids, onSelect: selection.toggle })}
              onNearEnd={list.loadMore}
              onAtTopChange={setAtTop}
              footer={<ListFooter list={list} />}
            />
          ) : isFiltered ? (
            <NoMatch
              hasMore={list.hasMore}
              onSearch={list.loadMore}
              onClear={() => {
                setFilters({});
                setRange(undefined);
              }}
            />
          ) : (
            <FirstEvent />
          )}
        </div>
        {isWide && chosen !== undefined && (
          <div className="flex min-h-0 w-[46%] min-w-md border-line border-l">
            <EventDetail
              key={chosen}
              id={chosen}
              fullHref={pageOf(chosen)}
              onClose={() => choose(undefined)}
            />
          </div>
        )}
      </div>
      {change && <BulkDialog change={change} onClose={() => setChange(undefined)} />}
    </>
  );
}

interface NoMatchProps {
  /** Only the newest events were looked at. */
  hasMore: boolean;
  onSearch: () => void;
  onClear: () => void;
}

function NoMatch({ hasMore, onSearch, onClear }: NoMatchProps) {
  return (
    <EmptyState
      kind="no-match"
      title={hasMore ? 'None of the newest events matches' : 'No event matches'}
      actions={
        <>
          {hasMore && <Button onClick={onSearch}>Look at older events</Button>}
          <Button onClick={onClear}>Show all events</Button>
        </>
      }
    >
      There are events, but none with these filters.
    </EmptyState>
  );
}

function ListFooter({ list: { isLoadingMore, isSearching, hasMore, rows, loadMore } }: { list: EventList }) {
  if (isLoadingMore || isSearching) return 'Reading older events…';
  if (!hasMore)
    return `That is all: ${rows.length.toLocaleString('en')} ${rows.length === 1 ? 'event' : 'events'}.`;
  return (
    <Button size="small" tone="quiet" onClick={loadMore}>
      Read older events
    </Button>
  );
}
