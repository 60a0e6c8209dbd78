import type { Alert, Connection, Endpoint, Source } from '@hookline/contracts';
import { type LucideIcon, PlugZap, PowerOff, TriangleAlert, Unplug } from 'lucide-react';
import { useCall } from '../../api/use-call.ts';
import { useCan } from '../../session/access.ts';
import { Badge } from '../../ui/badge.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Time } from '../../ui/time.tsx';

/** As many of each kind are looked at. */
const LOOKED_AT = 100;
const SHOWN = 8;
const EVERY_MS = 60_000;

interface Concern {
  id: string;
  kind: keyof typeof KINDS;
  text: string;
  nextStep: string;
  since: string;
}

const KINDS = {
  alert: { icon: TriangleAlert, word: 'Alert' },
  endpoint: { icon: PowerOff, word: 'Endpoint' },
  connection: { icon: PlugZap, word: 'Connection' },
  source: { icon: Unplug, word: 'Source' },
} as const satisfies Record<string, { icon: LucideIcon; word: string }>;

/** What needs somebody. Nothing, if there is nothing. */
export function Attention() {
  const every = { everyMs: EVERY_MS };
  const limit = LOOKED_AT;
  const mayReadConnections = useCan('connections:read');
  const alerts = useCall(
    'listAlerts',
    { query: { state: 'firing', limit } },
    { ...every, enabled: useCan('alerts:read') },
  );
  const endpoints = useCall(
    'listEndpoints',
    { query: { active: false, limit } },
    { ...every, enabled: useCan('endpoints:read') },
  );
  const sources = useCall('listSources', { query: { limit } }, { ...every, enabled: useCan('sources:read') });
  const toReconnect = useCall(
    'listConnections',
    { query: { status: 'needs_reauth', limit } },
    { ...every, enabled: mayReadConnections },
  );
  const concerns: Concern[] = [
    ...(alerts.data?.data ?? []).map(ofAlert),
    ...(endpoints.data?.data ?? []).flatMap(ofEndpoint),
    ...(toReconnect.data?.data ?? []).map(ofConnection),
    ...(sources.data?.data ?? []).flatMap(ofSource),
  ];
  if (concerns.length === 0) return null;
  return (
    <Panel
      title="Needs attention"
      {...(concerns.length > SHOWN && { detail: `${SHOWN} of ${concerns.length}` })}
      isFlush
    >
      <ul>
        {concerns.slice(0, SHOWN).map(({ id, kind, text, nextStep, since }) => (
          <li
            key={id}
            className="flex flex-wrap items-center gap-x-3 gap-y-1 border-line border-b px-3 py-2 last:border-b-0"
          >
            <Badge tone="warning" icon={KINDS[kind].icon}>
              {KINDS[kind].word}
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

const ofAlert = ({ id, summary, nextStep, since }: Alert): Concern => ({
  id,
  kind: 'alert',
  text: summary,
  nextStep,
  since,
});

/** Those that a person switched off need nobody. */
const ofEndpoint = ({ id, name, disabledAt, disabledReason }: Endpoint): Concern[] =>
  disabledAt === null
    ? []
    : [
        {
          id,
          kind: 'endpoint',
          text: `"${name}" was switched off${disabledReason === null ? '' : `: ${disabledReason}`}.`,
          nextStep: 'Repair the receiver, switch it on, and send what it missed.',
          since: disabledAt,
        },
      ];

const ofConnection = ({ id, provider, updatedAt }: Connection): Concern => ({
  id,
  kind: 'connection',
  text: `The connection to ${provider} works no longer.`,
  nextStep: 'A person must connect the account again.',
  since: updatedAt,
});

/** A provider that has ended its subscription sends nothing any more. */
const ofSource = ({ id, provider, name, subscription }: Source): Concern[] =>
  subscription?.kind === 'revoked' || subscription?.kind === 'disabled'
    ? [
        {
          id,
          kind: 'source',
          text: `${provider} has ended the subscription of "${name ?? id}"${subscription.reason === null ? '' : `: ${subscription.reason}`}.`,
          nextStep: 'Set it up again at the provider.',
          since: subscription.at,
        },
      ]
    : [];
