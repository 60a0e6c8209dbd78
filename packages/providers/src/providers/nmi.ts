import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

/** `t` is a nonce, not a time. */
export const nmi = definePreset({
  id: 'nmi',
  name: 'NMI',
  evidence: [
    { kind: 'secondary', source: 'https://docs.nmi.com/reference/retry-logic', checkedOn: '2026-11-29' },
  ],
  identity: {
    id: { json: '/event_id' },
    names: 'the event',
    unique: 'everywhere',
    stable: true,
    retries: true,
  },
  setup: copySecret({ where: 'the NMI control panel, under Settings, Webhooks', secret: 'the signing key' }),
  documentation: 'https://docs.nmi.com',
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
  eventTypes: `transaction.sale.success transaction.sale.failure transaction.sale.unknown transaction.auth.success
    transaction.auth.failure transaction.auth.unknown transaction.capture.success
    transaction.capture.failure transaction.capture.unknown transaction.void.success
    transaction.void.failure transaction.void.unknown transaction.refund.success
    transaction.refund.failure transaction.refund.unknown transaction.credit.success
    transaction.credit.failure transaction.credit.unknown transaction.validate.success
    transaction.validate.failure transaction.validate.unknown`,
});
