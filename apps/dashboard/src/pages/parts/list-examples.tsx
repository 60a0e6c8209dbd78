import { RotateCw } from 'lucide-react';
import { useCallback, useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { type Column, DataList } from '../../ui/data-list.tsx';
import { DetailPane } from '../../ui/detail-pane.tsx';
import { Id } from '../../ui/id.tsx';
import { KeyValue } from '../../ui/key-value.tsx';
import { DeliveryBadge } from '../../ui/state-badge.tsx';
import type { DeliveryState } from '../../ui/states.ts';
import { Time } from '../../ui/time.tsx';
import { Truncated } from '../../ui/truncated.tsx';

interface ExampleRow {
  id: string;
  type: string;
  host: string;
  status: DeliveryState;
  responseCode: number | null;
  at: string;
}

const TYPES = [
  'github.workflow_job.completed',
  'github.push',
  'stripe.invoice.paid',
  'slack.message',
  'shopify.orders/create',
  'github.dependabot_alert.created',
];
const STATES: readonly DeliveryState[] = [
  'success',
  'success',
  'retrying',
  'success',
  'failed',
  'pending',
  'sending',
  'success',
  'discarded',
];
const CODES: Readonly<Partial<Record<DeliveryState, number>>> = { success: 200, retrying: 503, failed: 410 };
const START = Date.UTC(2026, 11, 1, 15, 4, 5, 123);

const ROWS: readonly ExampleRow[] = Array.from({ length: 100_000 }, (_, index) => {
  const status = STATES[index % STATES.length] as DeliveryState;
  return {
    id: `evt_01KBCPZ4J8Q0Y3V6D1T9${String(index).padStart(6, '0')}`,
    type: TYPES[index % TYPES.length] as string,
    host: index % 4 === 0 ? 'hooks.acme.example' : 'api.globex.example',
    status,
    responseCode: CODES[status] ?? null,
    at: new Date(START - index * 740).toISOString(),
  };
});

const COLUMNS: readonly Column<ExampleRow>[] = [
  {
    id: 'status',
    header: 'Status',
    width: '6.5rem',
    cell: (row) => <DeliveryBadge status={row.status} look="plain" />,
  },
  { id: 'type', header: 'Type', width: 'minmax(8rem,1fr)', cell: (row) => row.type },
  {
    id: 'host',
    header: 'Endpoint',
    width: '10rem',
    minListWidth: 620,
    cell: (row) => <span className="truncate text-subtle">{row.host}</span>,
  },
  {
    id: 'code',
    header: 'Answer',
    width: '3.5rem',
    align: 'end',
    minListWidth: 540,
    cell: (row) => <span className="text-subtle tabular-nums">{row.responseCode ?? '–'}</span>,
  },
  {
    id: 'id',
    header: 'Event',
    width: '10rem',
    minListWidth: 760,
    cell: (row) => <Truncated text={row.id} className="font-mono text-subtle text-xs" />,
  },
  {
    id: 'at',
    header: 'Received',
    width: '4.5rem',
    align: 'end',
    cell: (row) => <Time at={row.at} className="text-subtle" />,
  },
];

const idOf = (row: ExampleRow): string => row.id;
const hrefOf = (): string => '/parts';
const nameOf = (row: ExampleRow): string => `${row.type}, ${row.status}`;
const narrowRow = (row: ExampleRow) => (
  <div className="flex flex-col gap-0.5">
    <div className="flex items-center justify-between gap-3">
      <span className="truncate font-medium">{row.type}</span>
      <Time at={row.at} className="text-subtle text-xs" />
    </div>
    <div className="flex items-center justify-between gap-3">
      <DeliveryBadge status={row.status} look="plain" />
      <span className="truncate text-subtle text-xs">{row.host}</span>
    </div>
  </div>
);

export function ListExamples() {
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set([ROWS[3]?.id ?? '']));
  const onSelect = useCallback((id: string) => {
    setSelected((before) => {
      const after = new Set(before);
      if (!after.delete(id)) after.add(id);
      return after;
    });
  }, []);
  const shown = ROWS[1] as ExampleRow;
  return (
    <section className="min-w-0 md:col-span-2">
      <h3 className="mb-2 font-medium text-subtle text-xs">
        DataList of 100,000 rows, DetailPane, KeyValue, Id, Time
      </h3>
      <div className="grid overflow-hidden rounded-lg border border-line bg-surface lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <div className="flex h-96 min-w-0 flex-col">
          <DataList
            label="Deliveries"
            rows={ROWS}
            columns={COLUMNS}
            idOf={idOf}
            hrefOf={hrefOf}
            nameOf={nameOf}
            narrowRow={narrowRow}
            activeId={shown.id}
            selected={selected}
            onSelect={onSelect}
            footer={`${ROWS.length.toLocaleString('en')} deliveries, ${selected.size} selected`}
          />
        </div>
        <div className="flex h-96 min-w-0 border-line max-lg:border-t lg:border-l">
          <DetailPane
            title={shown.type}
            subtitle={
              <>
                <DeliveryBadge status={shown.status} />
                <Time at={shown.at} />
              </>
            }
            actions={
              <Button icon={RotateCw} shortcut="r">
                Retry
              </Button>
            }
            fullHref="/parts"
            onClose={() => {}}
          >
            <KeyValue
              items={[
                { name: 'Event', value: <Id id={shown.id} href="/parts" /> },
                { name: 'Delivery', value: <Id id="dlv_01KBCPZ4J8Q0Y3V6D1T9R5W2XN" /> },
                { name: 'Endpoint', value: `https://${shown.host}/github` },
                { name: 'Received', value: <Time at={shown.at} form="absolute" /> },
                { name: 'On the timeline', value: <Time at={shown.at} form="clock" /> },
              ]}
            />
            <h3 className="mt-4 mb-1 font-medium text-xs">Headers</h3>
            <KeyValue
              look="mono"
              items={[
                { name: 'webhook-id', value: 'dlv_01KBCPZ4J8Q0Y3V6D1T9R5W2XN' },
                { name: 'webhook-timestamp', value: '1796137445' },
                { name: 'content-type', value: 'application/json' },
              ]}
            />
          </DetailPane>
        </div>
      </div>
    </section>
  );
}
