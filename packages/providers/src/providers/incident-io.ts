import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';
import { standardWebhooksUnder } from '../presets/standard-webhooks-scheme.ts';

export const incidentIo = definePreset({
  id: 'incident-io',
  name: 'incident.io',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://docs.incident.io/api-reference/webhooks',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { header: 'webhook-id' },
    names: 'the message',
    unique: 'everywhere',
    stable: true,
    retries: true,
  },
  setup: copySecret({
    where: 'the settings of incident.io, under Webhooks',
    secret: 'the signing secret (whsec_…)',
  }),
  documentation: 'https://docs.incident.io',
  scheme: standardWebhooksUnder('webhook'),
  type: [{ json: '/event_type' }],
});
