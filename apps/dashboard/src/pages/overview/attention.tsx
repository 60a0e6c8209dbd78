import { PlugZap, TriangleAlert } from 'lucide-react';
import { useCall } from '../../api/use-call.ts';
import { useCan } from '../../session/access.ts';
import { Badge } from '../../ui/badge.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Time } from '../../ui/time.tsx';

const SHOWN = 5;
const MINUTE_MS = 60_000;

/** What needs somebody: alerts that hold, and connections that a person must renew. Nothing, if there is nothing. */
export function Attention() {
  const mayReadAlerts = useCan('alerts:read');
  const mayReadConnections = useCan('connections:read');
  const alerts = useCall(
    'listAlerts',
    { query: { state: 'firing', limit: SHOWN } },
    { enabled: mayReadAlerts, everyMs: MINUTE_MS },
  );
  const connections = useCall(
    'listConnections',
    { query: { status: 'needs_reauth', limit: SHOWN } },
    { enabled: mayReadConnections, everyMs: MINUTE_MS },
  );
  const items = [
    ...(alerts.data?.data ?? []).map(({ id, summary, nextStep, since }) => ({
      id,
      icon: TriangleAlert,
      word: 'Alert',
      text: summary,
      nextStep,
      since,
    })),
    ...(connections.data?.data ?? []).map(({ id, provider, updatedAt }) => ({
      id,
      icon: PlugZap,
      word: 'Connection',
      text: `The connection to ${provider} works no longer.`,
      nextStep: 'A person must connect the account again.',
      since: updatedAt,
    })),
  ];
  if (items.length === 0) return null;
  return (
    <Panel title="Needs attention" isFlush>
      <ul>
        {items.map(({ id, icon, word, text, nextStep, since }) => (
          <li
            key={id}
            className="flex flex-wrap items-center gap-x-3 gap-y-1 border-line border-b px-3 py-2 last:border-b-0"
          >
            <Badge tone="warning" icon={icon}>
              {word}
            </Badge>
            <span className="min-w-0 flex-1 basis-64">
              {text} <span className="text-subtle">{nextStep}</span>
            </span>
            <Time at={since} className="text-subtle" />
          </li>
        ))}
      </ul>
    </Panel>
  );
}
