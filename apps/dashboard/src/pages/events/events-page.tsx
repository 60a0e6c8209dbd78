import { Undo2 } from 'lucide-react';
import { useMemo } from 'react';
import { BulkBar } from '../../lists/bulk-bar.tsx';
import { ListPage } from '../../lists/list-page.tsx';
import { useListPage } from '../../lists/use-list-page.ts';
import { useSelection } from '../../lists/use-selection.ts';
import { useCan, useIsOperator } from '../../session/access.ts';
import { Button } from '../../ui/button.tsx';
import type { Filters } from '../../url/filters.ts';
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
  const page = useListPage('/events', fields, FAILURES);
  const { filters, bounds, hold, setChange } = page;
  const list = useEventList({ filters, bounds, isHeld: hold.isHeld });
  const order = useMemo(() => list.rows.map(({ id }) => id), [list.rows]);
  const chosen = useSelection(order);

  return (
    <ListPage
      page={page}
      list={list}
      order={order}
      title="Events"
      name="events"
      views={STANDARD_VIEWS}
      columns={isOperator ? OPERATOR_COLUMNS : TENANT_COLUMNS}
      narrowRow={narrowEventRow}
      nameOf={nameOf}
      selection={mayReplay ? chosen : undefined}
      menu={<MatchingActions filters={filters} bounds={bounds} onChange={setChange} />}
      summary={
        <div className="border-line border-b px-3 py-2">
          <EventHistogram filters={filters} bounds={bounds} onRange={page.setRange} />
        </div>
      }
      bar={
        <BulkBar count={chosen.ids.size} onClear={chosen.clear}>
          <Button size="small" icon={Undo2} onClick={() => setChange(replayChosen([...chosen.ids], filters))}>
            Replay…
          </Button>
        </BulkBar>
      }
      detail={EventDetail}
      nothingYet={<FirstEvent />}
    />
  );
}
