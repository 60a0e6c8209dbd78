import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const customerIo = definePreset({
  id: 'customer-io',
  name: 'Customer.io',
  evidence: [
    { kind: 'official-docs', source: 'https://docs.customer.io/api/webhooks', checkedOn: '2026-11-29' },
  ],
  identity: {
    id: { json: '/event_id' },
    names: 'the event',
    unique: 'everywhere',
    stable: true,
    retries: true,
  },
  setup: copySecret({
    where: 'Customer.io, under Integrations, Reporting Webhooks',
    secret: 'the signing key',
  }),
  documentation: 'https://docs.customer.io/integrations/data-out/connections/webhooks/',
  scheme: {
    signature: { header: 'x-cio-signature' },
    encoding: 'hex',
    message: 'v0:{timestamp}:{body}',
    timestamp: { header: 'x-cio-timestamp', dates: 'unknown', toleranceSeconds: 300 },
  },
  type: [{ json: '/object_type' }, { json: '/metric' }],
  answerWithinMs: 4_000,
});
