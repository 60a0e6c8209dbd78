import { definePreset } from '../presets/define-preset.ts';

export const affirm = definePreset({
  id: 'affirm',
  name: 'Affirm',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://docs.affirm.com/developers/docs/checking-webhook-signatures',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-docs',
      source: 'https://docs.affirm.com/developers/reference/the-checkout-event-object',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: 'none',
    because: 'checkout_token identifies the checkout, and a checkout has several events',
    // One page says that Affirm does not retry, another page that it signs each retry again.
    retries: 'unknown',
  },
  setup: [
    'Copy the private API key from the merchant dashboard of Affirm and store it here as the secret of this source. Affirm signs with this key.',
    'Ask the support of Affirm to send webhooks to the address of this source. Only the support can set the address.',
    'Checkout events arrive as forms. Hookline converts the fields to JSON.',
  ],
  documentation: 'https://docs.affirm.com/developers/docs/webhook-best-practices',
  scheme: {
    signature: { header: 'x-affirm-signature', separators: ', ', prefix: 'v0=' },
    encoding: 'hex',
    hash: 'sha512',
    message: '{timestamp}.{body}',
    timestamp: {
      header: 'x-affirm-signature',
      separators: ', ',
      prefix: 't=',
      dates: 'attempt',
      toleranceSeconds: 300,
    },
  },
  type: [{ firstOf: [{ form: 'event' }, { json: '/event' }] }],
  subject: [{ form: 'checkout_token' }, { json: '/checkout_token' }],
  time: { form: 'event_timestamp', unit: 'iso' },
  eventTypes: 'opened approved not_approved more_information_needed confirmed sent',
});
