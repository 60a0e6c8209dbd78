import type { DeliveryRow } from '@hookline/contracts';
import { useEndpoints } from '../../api/use-endpoints.ts';
import type { Column } from '../../ui/data-list.tsx';
import { DeliveryBadge } from '../../ui/state-badge.tsx';
import { Time } from '../../ui/time.tsx';
import { WAITS } from './delivery-words.ts';

const status: Column<DeliveryRow> = {
  id: 'status',
  header: 'Status',
  width: '7rem',
  cell: (row) => <DeliveryBadge status={row.status} look="plain" />,
};
const event: Column<DeliveryRow> = {
  id: 'event',
  header: 'Event',
  width: '5.5rem',
  cell: ({ createdAt }) => <Time at={createdAt} className="text-subtle" />,
};
const type: Column<DeliveryRow> = {
  id: 'type',
  header: 'Type',
  width: 'minmax(9rem,2fr)',
  cell: (row) => <span className="truncate font-medium">{row.eventType}</span>,
};
const endpoint: Column<DeliveryRow> = {
  id: 'endpoint',
  header: 'Endpoint',
  width: 'minmax(7rem,1.5fr)',
  minListWidth: 540,
  cell: ({ webhookId }) => <EndpointName id={webhookId} />,
};
const tenant: Column<DeliveryRow> = {
  id: 'tenant',
  header: 'Tenant',
  width: 'minmax(5rem,1fr)',
  minListWidth: 820,
  cell: ({ userId }) => <span className="truncate text-subtle">{userId}</span>,
};
const attempts: Column<DeliveryRow> = {
  id: 'attempts',
  header: 'Attempts',
  width: '4.5rem',
  align: 'end',
  minListWidth: 620,
  cell: (row) => <span className="tabular-nums">{row.attempts}</span>,
};
const next: Column<DeliveryRow> = {
  id: 'next',
  header: 'Next attempt',
  width: '7rem',
  minListWidth: 760,
  cell: ({ nextAttemptAt, waitsFor }) =>
    waitsFor !== null ? (
      <span className="truncate text-warning" title={WAITS[waitsFor].long}>
        waits for {WAITS[waitsFor].short}
      </span>
    ) : (
      nextAttemptAt !== null && <Time at={nextAttemptAt} className="text-subtle" />
    ),
};
const answer: Column<DeliveryRow> = {
  id: 'answer',
  header: 'Answer',
  width: '4rem',
  align: 'end',
  minListWidth: 620,
  cell: ({ responseCode }) => <span className="tabular-nums">{responseCode}</span>,
};
const error: Column<DeliveryRow> = {
  id: 'error',
  header: 'Last error',
  width: 'minmax(8rem,2fr)',
  minListWidth: 900,
  cell: ({ errorMessage, errorCode }) => (
    <span className="truncate text-danger">{errorMessage ?? errorCode}</span>
  ),
};

export const DELIVERY_COLUMNS = [status, event, type, endpoint, attempts, answer, next, error] as const;
/** Each of them gave up or was discarded, so there is no next attempt, and the error is what one looks for. */
export const DEAD_LETTER_COLUMNS = [
  status,
  event,
  type,
  endpoint,
  attempts,
  answer,
  { ...error, minListWidth: 700 },
] as const;

/** For operators, who see those of all tenants. */
const withTenant = (columns: readonly Column<DeliveryRow>[]) =>
  columns.flatMap((column) => (column === endpoint ? [column, tenant] : [column]));

export const OPERATOR_DELIVERY_COLUMNS = withTenant(DELIVERY_COLUMNS);
export const OPERATOR_DEAD_LETTER_COLUMNS = withTenant(DEAD_LETTER_COLUMNS);

function EndpointName({ id }: { id: string }) {
  return <span className="truncate">{useEndpoints().nameOf(id)}</span>;
}

/** Two lines, for a narrow screen. */
export const narrowDeliveryRow = (row: DeliveryRow) => (
  <span className="grid min-w-0 gap-0.5">
    <span className="flex min-w-0 items-center justify-between gap-2">
      <span className="truncate font-medium">{row.eventType}</span>
      <Time at={row.createdAt} className="text-subtle text-xs" />
    </span>
    <span className="flex min-w-0 items-center gap-2 text-xs">
      <DeliveryBadge status={row.status} look="plain" />
      <span className="truncate text-subtle">
        <EndpointName id={row.webhookId} />
      </span>
    </span>
  </span>
);

/** The name of a row for screen readers. */
export const nameOfDelivery = ({ eventType, id }: DeliveryRow): string => `${eventType}, ${id}`;

/** Rows sort by event and endpoint, as the lists of the API do. */
export const orderOfDelivery = ({ eventId, webhookId }: DeliveryRow): string => `${eventId} ${webhookId}`;
