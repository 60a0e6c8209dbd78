import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

/** Only batched requests are signed, so that each holds a list. */
export const ably = definePreset({
  id: 'ably',
  name: 'Ably',
  evidence: [
    {
      kind: 'official-docs',
      source:
        'https://github.com/ably/docs/blob/main/src/pages/docs/platform/integrations/webhooks/index.mdx',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://ably.com/docs/platform/integrations/webhooks',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    // A retry of a batch may contain newer events too, so an item is identified by its own bytes.
    id: [{ json: '/serial' }, { hash: 'body' }],
    names:
      'the item of the batch; the meaning of its serial is not documented, so its bytes are part of the id',
    unique: 'unknown',
    stable: 'unknown',
    retries: true,
    retriesForSeconds: 300,
  },
  setup: useKey({
    where: 'the Ably dashboard, under Integrations, Webhook',
    secret: 'the secret part of the API key (behind the colon)',
    notes: [
      'Choose "Batch request" as the request mode, JSON as the encoding, and that key for signing. Ably does not sign single requests.',
    ],
  }),
  documentation: 'https://ably.com/docs/platform/integrations/webhooks',
  scheme: { signature: { header: 'x-ably-signature' }, encoding: 'base64' },
  batch: '/items',
  type: [{ firstOf: [{ json: '/name' }, { json: '/source' }] }],
  subject: { json: '/data/channelId' },
  time: { json: '/timestamp', unit: 'ms' },
  eventTypes: 'channel.message presence.message channel.opened channel.closed channel.occupancy',
});
