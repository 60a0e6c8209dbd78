import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

/** The signed message is the SHA-256 of the body, in hexadecimal. */
export const tebex = definePreset({
  id: 'tebex',
  name: 'Tebex',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://docs.tebex.io/developers/webhooks/overview',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { json: '/id' },
    names: 'the webhook',
    unique: 'unknown',
    stable: 'unknown',
    retries: true,
  },
  setup: copySecret({
    where: 'the Tebex settings, under Webhooks',
    secret: 'the secret key',
    notes: [
      'Store the secret first: Tebex sends a signed validation request immediately, and Hookline answers.',
    ],
  }),
  documentation: 'https://docs.tebex.io/developers/webhooks/overview',
  scheme: { signature: { header: 'x-signature' }, encoding: 'hex', message: '{bodySha256}' },
  handshakes: [
    {
      method: 'POST',
      when: { json: '/type', equals: 'validation.webhook' },
      token: { json: '/id' },
      requires: 'signature',
      reply: { json: { id: '{token}' } },
    },
  ],
  type: [{ json: '/type' }],
  subject: [{ json: '/subject/transaction_id' }, { json: '/subject/reference' }],
  time: { json: '/date', unit: 'iso' },
  eventTypes: `payment.completed payment.declined payment.refunded payment.dispute.opened payment.dispute.won
    payment.dispute.lost payment.dispute.closed recurring-payment.started recurring-payment.renewed
    recurring-payment.ended recurring-payment.cancellation.requested
    recurring-payment.cancellation.aborted`,
});
