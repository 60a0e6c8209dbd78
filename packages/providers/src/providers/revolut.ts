import { definePreset } from '../presets/define-preset.ts';
import { storeReturned } from '../presets/setup-steps.ts';

export const revolut = definePreset({
  id: 'revolut',
  name: 'Revolut',
  evidence: [
    {
      kind: 'published-vector',
      source:
        'https://developer.revolut.com/docs/guides/manage-accounts/webhooks/verify-the-payload-signature',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-docs',
      source:
        'https://developer.revolut.com/docs/guides/merchant/monitor-and-observe/webhooks/verify-the-payload-signature.md',
      checkedOn: '2026-11-30',
    },
  ],
  identity: { id: 'none', retries: true, retriesForSeconds: 1_800 },
  setup: storeReturned({
    where: 'the webhooks API of Revolut',
    secret: 'the signing secret (wsk_…) that the API returns',
  }),
  documentation: 'https://developer.revolut.com/docs',
  scheme: {
    signature: { header: 'revolut-signature', separators: ', ', prefix: 'v1=' },
    encoding: 'hex',
    message: 'v1.{timestamp}.{body}',
    timestamp: { header: 'revolut-request-timestamp', unit: 'auto', dates: 'unknown', toleranceSeconds: 300 },
  },
  type: [{ json: '/event' }],
  subject: [{ json: '/order_id' }, { json: '/data/id' }],
  time: { json: '/timestamp', unit: 'iso' },
  eventTypes: `ORDER_AUTHORISED ORDER_COMPLETED ORDER_CANCELLED ORDER_PAYMENT_AUTHENTICATED ORDER_PAYMENT_DECLINED
    ORDER_PAYMENT_FAILED TransactionCreated TransactionStateChanged PayoutLinkCreated
    PayoutLinkStateChanged`,
});
