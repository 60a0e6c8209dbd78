import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const dwolla = definePreset({
  id: 'dwolla',
  name: 'Dwolla',
  evidence: [
    {
      kind: 'official-sdk',
      source: 'https://developers.dwolla.com/docs/working-with-webhooks',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-docs',
      source: 'https://developers.dwolla.com/docs/balance/webhook-events',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { json: '/id' },
    names: 'the event, in all subscriptions',
    unique: 'everywhere',
    stable: true,
    retries: true,
  },
  setup: chooseSecret({ where: 'the webhook subscriptions API of Dwolla', secret: 'the secret' }),
  documentation: 'https://developers.dwolla.com/docs/working-with-webhooks',
  scheme: { signature: { header: 'x-request-signature-sha-256' }, encoding: 'hex' },
  type: [{ json: '/topic' }],
});
