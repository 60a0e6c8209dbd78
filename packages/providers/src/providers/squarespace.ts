import { definePreset } from '../presets/define-preset.ts';
import { storeReturned } from '../presets/setup-steps.ts';

export const squarespace = definePreset({
  id: 'squarespace',
  name: 'Squarespace',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://developers.squarespace.com/commerce-apis/webhooks/verifying-notifications',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://developers.squarespace.com/webhooks/overview.md',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: { json: '/id' },
    names: 'the notification',
    unique: 'unknown',
    stable: true,
    retries: true,
    retriesForSeconds: 172_800,
  },
  setup: storeReturned({
    where: 'the webhook subscriptions API of Squarespace',
    secret: 'the secret that the API returns when you create the subscription',
  }),
  documentation: 'https://developers.squarespace.com/webhooks',
  scheme: { signature: { header: 'squarespace-signature' }, encoding: 'hex', key: 'hex' },
  type: [{ json: '/topic' }],
  control: [
    { when: { json: '/topic', equals: 'extension.uninstall' }, kind: 'revoked', type: 'extension.uninstall' },
  ],
  source: [{ json: '/websiteId' }],
  subject: { json: '/data/orderId' },
  time: { json: '/createdOn', unit: 'iso' },
  eventTypes: 'order.create order.update extension.uninstall',
});
