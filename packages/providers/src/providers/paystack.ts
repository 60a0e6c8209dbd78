import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const paystack = definePreset({
  id: 'paystack',
  name: 'Paystack',
  evidence: ['registry'],
  setup: useKey({
    where: 'the Paystack dashboard, under Settings, API Keys & Webhooks',
    secret: 'the secret key of the account',
    notes: ['Test and live mode have one key each.'],
  }),
  documentation: 'https://paystack.com/docs/payments/webhooks/',
  scheme: { signature: { header: 'x-paystack-signature' }, encoding: 'hex', hash: 'sha512' },
  type: [{ json: '/event' }],
});
