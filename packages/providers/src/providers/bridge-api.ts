import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

/** Hexadecimal digits in upper case. */
export const bridgeApi = definePreset({
  id: 'bridge-api',
  name: 'Bridge',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://docs.bridgeapi.io/docs/secure-your-webhooks',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: 'none', retries: true },
  setup: copySecret({ where: 'the Bridge dashboard, under Webhooks', secret: 'the webhook secret' }),
  documentation: 'https://docs.bridgeapi.io',
  scheme: { signature: { header: 'bridgeapi-signature', separators: ', ', prefix: 'v1=' }, encoding: 'hex' },
  type: [{ json: '/type' }],
  eventTypes: `user.deleted item.created item.refreshed item.account.created item.account.updated
    item.account.deleted payment.transaction.created payment.transaction.updated payment.link.updated
    TEST_EVENT`,
});
