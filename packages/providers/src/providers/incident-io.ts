import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';
import { standardWebhooksUnder } from '../presets/standard-webhooks-scheme.ts';

const EVENT_TYPES = [
  ...['incident_created_v2', 'incident_updated_v2', 'incident_status_updated_v2'].map(
    (name) => `public_incident.${name}`,
  ),
  ...['follow_up_created_v1', 'follow_up_updated_v1', 'action_created_v1', 'action_updated_v1'].flatMap(
    (name) => [`public_incident.${name}`, `private_incident.${name}`],
  ),
  'private_incident.incident_created_v2',
  'private_incident.incident_updated_v2',
  'private_incident.membership_granted_v1',
  'private_incident.membership_revoked_v1',
  'public_alert.alert_created_v1',
];

/** Sent by Svix. The event is in a member whose name is the type. */
export const incidentIo = definePreset({
  id: 'incident-io',
  name: 'incident.io',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://docs.incident.io/api-reference/webhooks',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-docs',
      source: 'https://docs.incident.io/integrations/webhooks',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: { header: 'webhook-id' },
    names: 'the message',
    unique: 'everywhere',
    stable: true,
    retries: true,
    retriesForSeconds: 86_400,
  },
  setup: copySecret({
    where: 'the settings of incident.io, under Webhooks',
    secret: 'the signing secret (whsec_…)',
  }),
  documentation: 'https://docs.incident.io/api-reference/webhooks',
  scheme: standardWebhooksUnder('webhook', 'attempt'),
  type: [{ json: '/event_type' }],
  subject: EVENT_TYPES.flatMap((type) =>
    ['/id', '/incident/id', '/new_state/id'].map((place) => ({ json: `/${type}${place}` })),
  ),
  eventTypes: EVENT_TYPES.join(' '),
});
