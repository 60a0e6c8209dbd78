import { definePreset } from '../presets/define-preset.ts';
import { storeReturned } from '../presets/setup-steps.ts';

export const squarespace = definePreset({
  id: 'squarespace',
  name: 'Squarespace',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://developers.squarespace.com/webhooks/overview',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { json: '/id' },
    names: 'the notification',
    unique: 'unknown',
    stable: true,
    retries: true,
  },
  setup: storeReturned({
    where: 'the webhook subscriptions API of Squarespace',
    secret: 'the secret that the API returns when the subscription is made',
  }),
  documentation: 'https://developers.squarespace.com/webhooks',
  scheme: { signature: { header: 'squarespace-signature' }, encoding: 'hex', key: 'hex' },
  type: [{ json: '/topic' }],
});
