import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const orb = definePreset({
  id: 'orb',
  name: 'Orb',
  evidence: [
    {
      kind: 'published-vector',
      source: 'https://github.com/orbcorp/orb-node/blob/HEAD/tests/api-resources/webhooks.test.ts',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-sdk',
      source: 'https://github.com/orbcorp/orb-node/blob/HEAD/src/resources/webhooks.ts',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: { json: '/id' },
    names: 'the event',
    unique: 'unknown',
    stable: 'unknown',
    retries: 'unknown',
  },
  setup: copySecret({ where: 'the Orb settings, under Webhooks', secret: 'the signing secret' }),
  documentation: 'https://docs.withorb.com',
  scheme: {
    signature: { header: 'x-orb-signature', separators: ' ', prefix: 'v1=' },
    encoding: 'hex',
    message: 'v1:{timestamp}:{body}',
    timestamp: { header: 'x-orb-timestamp', unit: 'iso', dates: 'unknown', toleranceSeconds: 300 },
  },
  type: [{ json: '/type' }],
  time: { json: '/created_at', unit: 'iso' },
  eventTypes: `customer.created customer.credit_balance_dropped customer.accounting_sync_succeeded
    subscription.created subscription.started subscription.ended subscription.plan_changed
    subscription.edited subscription.usage_exceeded invoice.issued invoice.payment_succeeded
    invoice.payment_failed invoice.edited data_exports.transfer_success`,
});
