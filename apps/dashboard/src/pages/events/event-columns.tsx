import { CircleDashed } from 'lucide-react';
import { Badge } from '../../ui/badge.tsx';
import type { Column } from '../../ui/data-list.tsx';
import { EventBadge } from '../../ui/state-badge.tsx';
import { Time } from '../../ui/time.tsx';
import type { EventRow } from './event-row.ts';

const status: Column<EventRow> = {
  id: 'status',
  header: 'Status',
  width: '7rem',
  cell: (row) => <EventStatusBadge row={row} />,
};
const received: Column<EventRow> = {
  id: 'received',
  header: 'Received',
  width: '5.5rem',
  cell: ({ receivedAt }) => <Time at={receivedAt} className="text-subtle" />,
};
const type: Column<EventRow> = {
  id: 'type',
  header: 'Type',
  width: 'minmax(10rem,2fr)',
  cell: (row) => <span className="truncate font-medium">{row.type}</span>,
};
const about: Column<EventRow> = {
  id: 'about',
  header: 'About',
  width: 'minmax(8rem,2fr)',
  minListWidth: 620,
  cell: (row) => <span className="truncate text-subtle">{aboutOf(row)}</span>,
};
const tenant: Column<EventRow> = {
  id: 'tenant',
  header: 'Tenant',
  width: 'minmax(6rem,1fr)',
  minListWidth: 760,
  cell: ({ userId }) => <span className="truncate text-subtle">{userId}</span>,
};
const endpoints: Column<EventRow> = {
  id: 'endpoints',
  header: 'Endpoints',
  width: '5.5rem',
  align: 'end',
  minListWidth: 540,
  cell: ({ matched }) =>
    matched === 0 ? (
      <span className="text-warning">none</span>
    ) : (
      <span className="tabular-nums">{matched}</span>
    ),
};
const error: Column<EventRow> = {
  id: 'error',
  header: 'Last error',
  width: 'minmax(8rem,2fr)',
  minListWidth: 900,
  cell: ({ lastError }) => <span className="truncate text-danger">{lastError}</span>,
};

/** What an event is about, as its provider names it. */
export const aboutOf = ({ repository, subject, source }: EventRow): string => repository ?? subject ?? source;

export const TENANT_COLUMNS: readonly Column<EventRow>[] = [status, received, type, about, endpoints, error];
export const OPERATOR_COLUMNS: readonly Column<EventRow>[] = [
  status,
  received,
  type,
  about,
  tenant,
  endpoints,
  error,
];

export function EventStatusBadge({ row }: { row: EventRow }) {
  return row.status === undefined ? (
    <Badge tone="muted" icon={CircleDashed} look="plain">
      New
    </Badge>
  ) : (
    <EventBadge status={row.status} look="plain" />
  );
}

/** Two lines, for a narrow screen. */
export const narrowEventRow = (row: EventRow) => (
  <span className="grid min-w-0 gap-0.5">
    <span className="flex min-w-0 items-center justify-between gap-2">
      <span className="truncate font-medium">{row.type}</span>
      <Time at={row.receivedAt} className="text-subtle text-xs" />
    </span>
    <span className="flex min-w-0 items-center gap-2 text-xs">
      <EventStatusBadge row={row} />
      <span className="truncate text-subtle">{aboutOf(row)}</span>
    </span>
  </span>
);
