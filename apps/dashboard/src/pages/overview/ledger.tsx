import { CircleCheck, CircleX } from 'lucide-react';
import { describeError } from '../../api/describe-error.ts';
import { useCall } from '../../api/use-call.ts';
import { useIsOperator } from '../../session/access.ts';
import { Badge } from '../../ui/badge.tsx';
import { KeyValue } from '../../ui/key-value.tsx';
import { Panel } from '../../ui/panel.tsx';

const MINUTE_MS = 60_000;

/** The sum that must add up: nothing is lost. For operators, because it counts all tenants. */
export function Ledger() {
  const isOperator = useIsOperator();
  const { data, error } = useCall('getLedger', {}, { enabled: isOperator, everyMs: MINUTE_MS });
  if (!isOperator) return null;
  if (error) return <Panel title="Ledger">{describeError(error).title}</Panel>;
  if (!data) return null;
  const { events, duplicates, accepted, delivered, dead, open, unaccounted } = data.data;
  const count = (value: number) => value.toLocaleString('en');
  return (
    <Panel
      title="Ledger"
      detail="accepted = delivered + dead + open"
      actions={
        unaccounted === 0 ? (
          <Badge tone="success" icon={CircleCheck}>
            adds up
          </Badge>
        ) : (
          <Badge tone="danger" icon={CircleX}>
            {count(unaccounted)} unaccounted
          </Badge>
        )
      }
    >
      <KeyValue
        items={[
          {
            name: 'Events',
            value: `${count(events)}, and ${count(duplicates)} repeats that were recognised`,
          },
          { name: 'Accepted', value: `${count(accepted)} deliveries` },
          { name: 'Delivered', value: count(delivered) },
          { name: 'Dead', value: count(dead) },
          { name: 'Open', value: count(open) },
        ]}
      />
    </Panel>
  );
}
