import { definePreset } from '../presets/define-preset.ts';
import { secretInAddress } from '../presets/setup-steps.ts';

/** Classic webhooks: a form that contains only the id of the changed object. */
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
      'The body only contains the id of the payment, which is the same for every change. So none counts as a repeat. A retry costs one more request to Mollie.',
    retries: true,
  },
  setup: secretInAddress({
    where: 'the webhookUrl of each payment, order or subscription',
    notes: [
      'An event only contains an id: fetch the state of the object from the API of Mollie before you act on it. For signed webhooks, use the provider mollie-next.',
    ],
  }),
  documentation: 'https://docs.mollie.com/reference/webhooks',
  caution: 'Nothing is signed: anyone who knows the address can send any id. Fetch the object from Mollie.',
  scheme: { token: { query: 'secret' } },
  type: [{ text: 'changed' }],
  subject: { form: 'id' },
  eventTypes: 'changed',
});
