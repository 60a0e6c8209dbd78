import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

/** `t` is a nonce, not a time. */
export const nmi = definePreset({
  id: 'nmi',
  name: 'NMI',
  evidence: [
    {
      kind: 'secondary',
      source: 'https://github.com/hookdeck/webhook-skills/tree/HEAD/skills/nmi-webhooks',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { json: '/event_id' },
    names: 'the event',
    unique: 'everywhere',
    stable: true,
    retries: true,
    retriesForSeconds: 259_200,
  },
  setup: copySecret({
    where: 'the NMI control panel, under Settings, Webhooks',
    secret: 'the signing key',
    notes: ['The subscriptions API of NMI for partners signs differently: Hookline refuses its webhooks.'],
  }),
  documentation: 'https://docs.nmi.com/reference/retry-logic',
  scheme: {
    signature: { header: 'webhook-signature', separators: ', ', prefix: 's=' },
    encoding: 'hex',
    message: '{timestamp}.{body}',
    timestamp: {
      header: 'webhook-signature',
      separators: ', ',
      prefix: 't=',
      unit: 'nonce',
      dates: 'unknown',
      toleranceSeconds: null,
    },
  },
  type: [{ json: '/event_type' }],
  source: [{ json: '/event_body/merchant/id' }],
  subject: { json: '/event_body/transaction_id' },
  eventTypes: `transaction.sale.success transaction.sale.failure transaction.sale.unknown
    transaction.auth.success transaction.auth.failure transaction.auth.unknown
    transaction.capture.success transaction.capture.failure transaction.capture.unknown
    transaction.void.success transaction.void.failure transaction.void.unknown
    transaction.refund.success transaction.refund.failure transaction.refund.unknown
    transaction.credit.success transaction.credit.failure transaction.credit.unknown
    transaction.validate.success transaction.validate.failure transaction.validate.unknown
    recurring.subscription.add recurring.subscription.update recurring.subscription.delete
    recurring.plan.add recurring.plan.update recurring.plan.delete settlement.batch.complete
    settlement.batch.failure chargeback.batch.complete acu.summary.automaticallyupdated
    acu.summary.contactcustomer acu.summary.closedaccount`,
});
