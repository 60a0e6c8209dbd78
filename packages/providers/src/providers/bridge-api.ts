import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

/** Hexadecimal digits in upper case. */
export const bridgeApi = definePreset({
  id: 'bridge-api',
  name: 'Bridge (bridgeapi.io)',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://docs.bridgeapi.io/docs/webhooks',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://docs.bridgeapi.io/docs/secure-your-webhooks',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: 'none', retries: true },
  setup: copySecret({
    where: 'the Bridge dashboard, under Webhooks',
    secret: 'the webhook secret, which Bridge shows only once,',
  }),
  documentation: 'https://docs.bridgeapi.io',
  scheme: { signature: { header: 'bridgeapi-signature', separators: ', ', prefix: 'v1=' }, encoding: 'hex' },
  type: [{ json: '/type' }],
  control: [{ when: { json: '/type', equals: 'TEST_EVENT' }, kind: 'test', type: 'TEST_EVENT' }],
  subject: [
    { json: '/content/item_id' },
    { json: '/content/payment_request_id' },
    { json: '/content/user_uuid' },
  ],
  time: { json: '/timestamp', unit: 's' },
  eventTypes: `user.deleted item.created item.refreshed item.account.created item.account.updated
    item.account.deleted payment.transaction.created payment.transaction.updated payment.link.updated`,
});
