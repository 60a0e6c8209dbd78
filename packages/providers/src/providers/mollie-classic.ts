import { definePreset } from '../presets/define-preset.ts';
import { secretInAddress } from '../presets/setup-steps.ts';

/** Classic webhooks: a form with nothing but an id, the same each time something of it changes. */
export const mollieClassic = definePreset({
  id: 'mollie-classic',
  name: 'Mollie (classic webhooks)',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://docs.mollie.com/reference/webhooks.md',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: 'none',
    equalBodies: 'events',
    because:
      'The body only names what changed: the id of the payment, the same each time. None is taken for a repeat: a retry costs one more look at Mollie.',
    retries: true,
  },
  setup: secretInAddress({
    where: 'the webhookUrl of each payment, order or subscription',
    notes: [
      'An event only names what changed: fetch its state from the API of Mollie before you act on it. For signed webhooks use the provider mollie-next.',
    ],
  }),
  documentation: 'https://docs.mollie.com/reference/webhooks',
  caution: 'Nothing is signed: whoever learns the address can send any id. Fetch what it names from Mollie.',
  scheme: { token: { query: 'secret' } },
  type: [{ text: 'changed' }],
  subject: { form: 'id' },
  eventTypes: 'changed',
});
