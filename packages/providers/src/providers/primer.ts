import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const primer = definePreset({
  id: 'primer',
  name: 'Primer',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://primer.io/docs/api-reference/get-started/configure-webhooks.md',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-docs',
      source: 'https://www.primer.io/docs/api/webhooks/payment-webhooks/payment-status-webhook-event',
      checkedOn: '2026-11-30',
    },
  ],
  identity: { id: 'none', retries: true, retriesForSeconds: 1_870 },
  setup: copySecret({
    where: 'the Primer dashboard, under Developers, Webhooks',
    secret: 'the signing secret',
  }),
  documentation: 'https://primer.io/docs/api-reference/get-started/configure-webhooks',
  scheme: {
    signature: { header: 'x-signature-primary', moreHeaders: ['x-signature-secondary'] },
    encoding: 'base64',
  },
  type: [{ json: '/eventType' }],
  subject: [{ json: '/payment/id' }, { json: '/transaction/id' }],
  time: [
    { json: '/date', unit: 'iso' },
    { json: '/signedAt', unit: 's' },
  ],
  control: [{ when: { json: '/message', equals: 'Testing your webhook connection' }, kind: 'test' }],
  eventTypes: 'PAYMENT.STATUS PAYMENT.REFUND DISPUTE.OPENED DISPUTE.STATUS',
});
